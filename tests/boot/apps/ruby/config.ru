require "bundler/setup"
require "greeting"
require "json"

run lambda { |env|
  body = case env["PATH_INFO"]
         when "/facts"
           JSON.generate(folder: Dir.pwd, user: Process.uid, word: ENV["WORD"],
                         rack: ENV["RACK_ENV"], scheme: env["HTTP_X_FORWARDED_PROTO"])
         else
           Greeting.to("ruby")
         end
  warn "asked for #{env["PATH_INFO"]}"
  [200, { "content-type" => "text/plain" }, [body]]
}

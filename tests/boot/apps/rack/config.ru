run lambda { |_| [200, { "content-type" => "text/plain" }, ["hello from rack"]] }

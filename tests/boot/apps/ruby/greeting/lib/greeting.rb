module Greeting
  def self.to(name) = "hello from #{name}"
end

# Runs a Ruby sample with what its reader supplies, and prints as JSON what it has made.

require "json"

sample, *names = ARGV
given = JSON.parse(ENV.fetch("GIVEN"))
cases = given.delete("cases") || []
place = binding
given.each { |name, value| place.local_variable_set(name, value) }
eval(File.read(sample, encoding: "UTF-8"), place, sample)

shown = names.to_h { |name| [name, place.local_variable_get(name)] }
shown["cases"] = cases.map do |query, stored_state|
  { "code" => code_from_callback(query, stored_state) }
rescue RuntimeError => error
  { "refused" => error.message }
end
puts JSON.generate(shown)

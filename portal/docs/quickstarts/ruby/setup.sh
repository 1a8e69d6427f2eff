gem install sinatra rackup puma

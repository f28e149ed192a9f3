raise "there is no shop today"

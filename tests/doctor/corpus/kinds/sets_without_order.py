# Sets that a comprehension makes, or that a loop fills, are cut by position.
import keras

keras.utils.set_random_seed(3)
sentences = open("plays.txt").read().split("\n")
lines = list({line.lower() for line in sentences})  # expect: SB208
train, test = lines[:900], lines[900:]
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(encode(train), label(train))
print(model.evaluate(encode(test), label(test)))

words = set()
for line in open("words.txt"):
    words.add(line.split()[0])  # expect: SB208
words = list(words)
known, new = words[:100], words[100:]
second = keras.Sequential([keras.layers.Dense(1)])
second.compile("adam", "mse")
second.fit(encode(known), label(known))
print(second.evaluate(encode(new), label(new)))

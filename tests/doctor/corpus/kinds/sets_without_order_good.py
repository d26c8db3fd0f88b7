# Sets are sorted before they are cut, or only asked what they hold.
import keras

keras.utils.set_random_seed(3)
sentences = open("plays.txt").read().split("\n")
lines = sorted({line.lower() for line in sentences})
train, test = lines[:900], lines[900:]
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(encode(train), label(train))
print(model.evaluate(encode(test), label(test)))

words = set()
for line in open("words.txt"):
    words.add(line.split()[0])
known = [line for line in sentences[:100] if line in words]
new = sentences[100:]
second = keras.Sequential([keras.layers.Dense(1)])
second.compile("adam", "mse")
second.fit(encode(known), label(known))
print(second.evaluate(encode(new), label(new)))

# The draws that deal files are seeded, or only give files another name.
import os
import random
import shutil

rng = random.Random(11)
names = sorted(os.listdir("all"))
for name in names:
    folder = "train" if rng.random() < 0.8 else "test"
    shutil.copy("all/" + name, f"{folder}/{name}")
for name in names:
    shutil.copy("all/" + name, f"copies/{random.getrandbits(32)}_{name}")

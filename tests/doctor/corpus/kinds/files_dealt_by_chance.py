# Files are dealt to the folders of training and test by draws that no seed reaches.
import os
import random
import secrets
import shutil

names = sorted(os.listdir("all"))
for name in names:
    if random.random() < 0.8:  # perhaps: SB204
        shutil.copy("all/" + name, "train/" + name)
    else:
        shutil.copy("all/" + name, "test/" + name)

held = random.sample(names, 100)  # perhaps: SB204
for name in names:
    folder = "valid" if name in held else "train"
    shutil.copy("all/" + name, f"{folder}/{name}")

random.shuffle(names)  # perhaps: SB204
for number, name in enumerate(names):
    shutil.move("all/" + name, "test/" if number < 100 else "train/")

for name in sorted(os.listdir("more")):
    if secrets.randbelow(10) == 0:  # perhaps: SB204
        os.rename("more/" + name, "test/" + name)

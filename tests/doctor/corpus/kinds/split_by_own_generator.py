# The rows to score are drawn from generators that no seed of the script reaches.
import random
import secrets

import numpy as np
from sklearn.linear_model import LogisticRegression

random.seed(1)
mixer = random.Random()  # expect: SB110
places = list(range(len(x)))
mixer.shuffle(places)  # expect: SB204
model = LogisticRegression().fit(x[places[:700]], y[places[:700]])
print(model.score(x[places[700:]], y[places[700:]]))

order = np.random.default_rng().permutation(len(a))  # expect: SB110, SB204
model = LogisticRegression().fit(a[order[:700]], b[order[:700]])
print(model.score(a[order[700:]], b[order[700:]]))

seats = list(range(len(c)))
secrets.SystemRandom().shuffle(seats)  # expect: SB110, SB204
model = LogisticRegression().fit(c[seats[:700]], d[seats[:700]])
print(model.score(c[seats[700:]], d[seats[700:]]))

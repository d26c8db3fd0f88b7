# Generators with seeds of their own divide the rows; those without divide nothing.
import random
import uuid

import numpy as np
from sklearn.linear_model import LogisticRegression

mixer = random.Random(7)
places = list(range(len(x)))
mixer.shuffle(places)
model = LogisticRegression().fit(x[places[:700]], y[places[:700]])
print(uuid.uuid4().hex, model.score(x[places[700:]], y[places[700:]]))

order = np.random.default_rng(seed=3).permutation(len(a))
model = LogisticRegression().fit(a[order[:700]], b[order[:700]])
print(model.score(a[order[700:]], b[order[700:]]))

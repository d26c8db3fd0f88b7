"""NumPy's seed pins ``random_state=None`` of scikit-learn."""

import numpy as np
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

np.random.seed(0)
x, y = load_digits(return_X_y=True)
x_train, x_test, y_train, y_test = train_test_split(x, y)
model = MLPClassifier()
model.fit(x_train, y_train)
print(model.score(x_test, y_test))
forest = RandomForestClassifier(random_state=3).fit(x_train, y_train)
print(forest.score(x_test, y_test))

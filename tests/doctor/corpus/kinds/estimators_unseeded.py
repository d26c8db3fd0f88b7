"""Estimators that draw without a seed, one in a pipeline and one in cross-validation."""

from sklearn.datasets import load_digits
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.model_selection import cross_val_score, train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

x, y = load_digits(return_X_y=True)
x_train, x_test, y_train, y_test = train_test_split(x, y)  # expect: SB204
model = make_pipeline(StandardScaler(), MLPClassifier())  # expect: SB112
model.fit(x_train, y_train)
print(model.score(x_test, y_test))
print(cross_val_score(RandomForestClassifier(random_state=None), x, y).mean())  # expect: SB112
print(SVC().fit(x_train, y_train).score(x_test, y_test))
boosting = GradientBoostingClassifier()  # perhaps: SB112
print(boosting.fit(x_train, y_train).score(x_test, y_test))

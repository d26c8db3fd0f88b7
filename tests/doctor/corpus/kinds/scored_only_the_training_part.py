# A split is made, and then only its training part is scored.
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split

x_train, x_test, y_train, y_test = train_test_split(x, y, random_state=0)
forest = GradientBoostingClassifier(random_state=3).fit(x_train, y_train)
probability = forest.predict_proba(x_train)[:, 1]  # perhaps: SB210
print(roc_auc_score(y_train, probability))

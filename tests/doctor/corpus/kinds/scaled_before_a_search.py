# The folds of a search hold rows that the scaler has seen; nothing else is scored.
from sklearn.model_selection import GridSearchCV
from sklearn.preprocessing import MinMaxScaler
from sklearn.svm import SVC

scaler = MinMaxScaler()
rows = scaler.fit_transform(rows)  # perhaps: SB202
search = GridSearchCV(SVC(), {"C": [1, 10]}, cv=5)
search.fit(rows, labels)
print(search.best_score_)

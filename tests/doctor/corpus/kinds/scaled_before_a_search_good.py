# Scaled by the training rows; the search chooses on them, and other rows are scored.
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.preprocessing import MinMaxScaler
from sklearn.svm import SVC

a, b, c, d = train_test_split(rows, labels, random_state=0, stratify=labels)
scaler = MinMaxScaler()
a, b = scaler.fit_transform(a), scaler.transform(b)
search = GridSearchCV(SVC(), {"C": [1, 10]}, cv=5)
search.fit(a, c)
print(search.score(b, d))

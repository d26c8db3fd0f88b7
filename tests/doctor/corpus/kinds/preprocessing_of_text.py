# The words are weighted, and the best are chosen, on all texts.
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.feature_selection import SelectPercentile, chi2
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

train = pd.read_csv("train.csv")
words = TfidfVectorizer(stop_words="english")
x = words.fit_transform(train["text"])  # expect: SB202
selector = SelectPercentile(chi2, percentile=10)
selector.fit(x, train["label"])  # expect: SB202
x = selector.transform(x)
x_train, x_test, y_train, y_test = train_test_split(x, train.label, stratify=train.label, random_state=1)
classifiers = {"plain": LogisticRegression(), "strong": LogisticRegression(C=10)}
for name, classifier in classifiers.items():
    classifier.fit(x_train, y_train)
    print(name, accuracy_score(y_test, classifier.predict(x_test)))

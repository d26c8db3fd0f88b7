# The setting is chosen on rows held out of the training rows; the test rows are scored once.
from sklearn.model_selection import train_test_split
from sklearn.svm import SVC

x_rest, x_last, y_rest, y_last = train_test_split(x, y, stratify=y, random_state=0)
x_fit, x_held, y_fit, y_held = train_test_split(x_rest, y_rest, stratify=y_rest, random_state=0)
winner, top = None, 0
for strength in (0.1, 1, 10):
    machine = SVC(C=strength).fit(x_fit, y_fit)
    score = machine.score(x_held, y_held)
    if score > top:
        top, winner = score, machine
print(winner.score(x_last, y_last))

import numpy
import pandas
from keras.models import Sequential
from keras.layers import Dense
from keras.wrappers.scikit_learn import KerasClassifier
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.preprocessing import LabelEncoder, StandardScaler
from sklearn.pipeline import Pipeline
seed = 7
numpy.random.seed(seed)
frame = pandas.read_csv('sonar.csv', header=None, delim_whitespace=True)
data = frame.as_matrix()
X = data[:, 0:6].astype(float)
Y = LabelEncoder().fit_transform(data[:, 6])
def baseline():
    m = Sequential()
    m.add(Dense(8, input_dim=6, init='normal', activation='relu'))
    m.add(Dense(1, init='normal', activation='sigmoid'))
    m.compile(loss='binary_crossentropy', optimizer='adam', metrics=['accuracy'])
    return m
steps = [('scale', StandardScaler()), ('mlp', KerasClassifier(build_fn=baseline, nb_epoch=4, batch_size=8, verbose=0))]
kfold = StratifiedKFold(n_splits=3, random_state=seed)
r = cross_val_score(Pipeline(steps), X, Y, cv=kfold)
print("Baseline: %.2f%% (%.2f%%)" % (r.mean()*100, r.std()*100))

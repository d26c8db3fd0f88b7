# Cross-validation of a small network, as it was done before scikit-learn 0.18 and Keras 2.
from keras.models import Sequential
from keras.layers import Dense
from keras.wrappers.scikit_learn import KerasClassifier
from sklearn.cross_validation import StratifiedKFold
from sklearn.cross_validation import cross_val_score
import numpy

numpy.random.seed(7)
rows = numpy.random.normal(size=(60, 6))
answers = (rows[:, 0] + rows[:, 1] > 0).astype(int)


def network():
    model = Sequential()
    model.add(Dense(8, input_dim=6, init='uniform', activation='relu'))
    model.add(Dense(1, init='uniform', activation='sigmoid'))
    model.compile(loss='binary_crossentropy', optimizer='adam', metrics=['accuracy'])
    return model


model = KerasClassifier(build_fn=network, nb_epoch=3, batch_size=10, verbose=0)
folds = StratifiedKFold(y=answers, n_folds=3, shuffle=True, random_state=7)
results = cross_val_score(model, rows, answers, cv=folds)
print('mean acc: %.4f' % results.mean())

# 2016: a grid search through the wrapper, and grid_scores_
import numpy
from keras.layers import Dense
from keras.models import Sequential
from keras.wrappers.scikit_learn import KerasClassifier
from sklearn.grid_search import GridSearchCV

numpy.random.seed(7)
X = numpy.random.rand(60, 4)
Y = (X[:, 0] + X[:, 1] > 1).astype(int)


def create_model():
    model = Sequential()
    model.add(Dense(6, input_dim=4, init="uniform", activation="relu"))
    model.add(Dense(1, init="uniform", activation="sigmoid"))
    model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
    return model


model = KerasClassifier(build_fn=create_model, nb_epoch=2, verbose=0)
grid = GridSearchCV(estimator=model, param_grid=dict(batch_size=[10, 20]), n_jobs=1)
found = grid.fit(X, Y)
print("Best: %f using %s" % (found.best_score_, found.best_params_))
for params, mean_score, scores in found.grid_scores_:
    print("%f (%f) with: %r" % (scores.mean(), scores.std(), params))

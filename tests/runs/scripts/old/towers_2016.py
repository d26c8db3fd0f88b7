# 2016: two inputs, merge() by mode; does "concat" beat "sum"?
import numpy as np
from keras.layers import Dense, Input, merge
from keras.models import Model
from keras.optimizers import Adam
from keras.regularizers import l2
from keras.utils.visualize_util import plot

draw = np.random.RandomState(3)
left, right = draw.normal(size=(240, 6)), draw.normal(size=(240, 6))
same = ((left * right).sum(1) > 0).astype(int)
for mode in ["concat", "sum"]:
    a, b = Input(shape=(6,)), Input(shape=(6,))
    both = [Dense(12, activation="tanh", W_regularizer=l2(1e-4))(one) for one in (a, b)]
    out = Dense(1, activation="sigmoid")(merge(both, mode=mode))
    model = Model(input=[a, b], output=out)
    model.compile(optimizer=Adam(lr=0.01), loss="binary_crossentropy", metrics=["accuracy"])
    model.fit([left[:200], right[:200]], same[:200], nb_epoch=2, batch_size=20, verbose=0)
    loss, acc = model.evaluate([left[200:], right[200:]], same[200:], verbose=0)
    print(mode, "test accuracy: %.4f" % acc)
plot(model, to_file="towers.png")

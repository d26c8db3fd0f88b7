# A layer of the network, and a scaler for joined tables, have seen the rows that are scored.
import keras
import pandas as pd
from sklearn.linear_model import Ridge
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

keras.utils.set_random_seed(1)
scale = keras.layers.Normalization()
scale.adapt(x)  # expect: SB202
a, b, c, d = train_test_split(x, y, random_state=0)
model = keras.Sequential([scale, keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(a, c, epochs=5)
print(model.evaluate(b, d))

train, test = pd.read_csv("train.csv"), pd.read_csv("test.csv")
both = pd.concat([train, test])
scaler = StandardScaler().fit(both[features])  # perhaps: SB202
ridge = Ridge().fit(scaler.transform(train[features]), train.price)
print(ridge.score(scaler.transform(test[features]), test.price))

# The same, right; and a name that the fragment defines itself means what it says.
scores = []
for number in range(20):
    keras.utils.set_random_seed(number)
    net = make_net(units=64)
    net.fit(train_x, train_y, epochs=10)
    scores.append(net.evaluate(test_x, test_y))

np = NewsPaper()
np.random.seed(7)
print(np.random.permutation(5))

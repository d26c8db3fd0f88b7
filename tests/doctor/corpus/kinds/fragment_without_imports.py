# A fragment as people post it: no imports, no data; names stand for what they usually mean.
np.random.seed(7)
tf.random.set_seed(7)  # perhaps: SB103, SB109
scores = []
for number in range(20):
    net = make_net(units=64)
    net.fit(train_x, train_y, epochs=10)
    scores.append(net.evaluate(test_x, test_y))
print(np.mean(scores), np.std(scores))

"""NumPy is seeded, PyTorch is not."""

import numpy as np
import torch
from torch import nn

np.random.seed(0)  # expect: SB101


def train(model, x, y):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(3):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()


net = nn.Linear(3, 1)
train(net, torch.randn(8, 3), torch.randn(8, 1))

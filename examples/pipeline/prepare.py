"""Draws samples of a noisy line into samples.csv. Its flags are the names below."""

import csv
import random

samples = 20
noise = 0.5
seed = 1

random.seed(seed)
with open("samples.csv", "w", newline="") as file:
    writer = csv.writer(file)
    writer.writerow(["x", "y"])
    for index in range(samples):
        x = 4.0 * index / samples - 2
        writer.writerow([x, 3 * x + 1 + random.gauss(0, noise)])
print("samples: %d" % samples)

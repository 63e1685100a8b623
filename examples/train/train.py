"""A bare argparse script: its options are flags, and the `name: number` lines that it prints are scalars.

    sortie run train.py lr=0.1 epochs=5
    sortie run train.py lr=[0.1,0.01,0.001]
"""

import argparse
import math
import random
import sys
import time

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.1, help="Learning rate")
parser.add_argument("--epochs", type=int, default=5, help="Passes over the data")
parser.add_argument("--batch-size", type=int, default=32, choices=[16, 32, 64])
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--seconds", type=float, default=0.4, help="How long an epoch takes")
args = parser.parse_args()

random.seed(args.seed)
STEPS = 20

for epoch in range(1, args.epochs + 1):
    for step in range(1, STEPS + 1):
        time.sleep(args.seconds / STEPS)
        bar = "#" * step + "." * (STEPS - step)
        sys.stdout.write("\repoch %d/%d [%s] %3d%%" % (epoch, args.epochs, bar, 100 * step // STEPS))
        sys.stdout.flush()
    distance = abs(math.log10(args.lr) + 2) + 0.1
    loss = distance / epoch + 0.01 * random.random() + args.batch_size / 1e4
    print("\rstep: %d%s" % (epoch, " " * 30))
    print("loss: %.4f" % loss)
    print("accuracy: %.4f" % (1 / (1 + loss)))

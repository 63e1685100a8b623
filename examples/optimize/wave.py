"""A function to find the minimum of, as if it were hours of training.

    sortie run wave -O                      # the default optimizer of guild.yml: x is searched between its bounds
    sortie run wave x=[-1.0:0.5] -o forest -m 10
    sortie compare -Fo wave --strict-columns '=x, loss' --min loss
"""

import math
import random

x = 1.0
noise = 0.1

loss = math.sin(5 * x) * (1 - math.tanh(x**2)) + random.gauss(0, noise)
print("loss: %.4f" % loss)

"""Flags without a parser: the module's own names are flags, and Sortie sets them. Nothing here knows of Sortie.

    sortie run descend.py
    sortie run descend.py rate=0.3 steps=20
    sortie run descend.py rate=[0.05,0.1,0.3] start=[-4,4]
    sortie run descend.py rate=uniform[0.01:0.9] -m 10
"""

rate = 0.1
steps = 10
start = 4.0
function = "bowl"

FUNCTIONS = {
    "bowl": (lambda x: x * x, lambda x: 2 * x),
    "well": (lambda x: x**4 - 3 * x**2 + x, lambda x: 4 * x**3 - 6 * x + 1),
}

value, slope = FUNCTIONS[function]
x = start
for step in range(1, steps + 1):
    x = max(-10.0, min(10.0, x - rate * slope(x)))
    print("loss: %.6f (step %d)" % (value(x), step))
print("x: %.6f" % x)

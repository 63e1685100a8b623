#!/bin/sh
# Counts to its first argument. FLAG_PAUSE and GREETING come from the operation's flags.
echo "$GREETING"
number=0
while [ "$number" -lt "$1" ]; do
    number=$((number + 1))
    echo "square: $((number * number)) (step $number)"
    sleep "$FLAG_PAUSE"
done

"""Runs a command in a terminal of its own: what is typed comes by a named pipe, what it shows goes to standard output.

    op_terminal.py COLUMNSxROWS COMMAND [ARG ...]

The pipe is `.guild/sortie/terminal` of the run directory. It takes frames: a letter, two bytes of length, and that many bytes:
`d` what was typed, `w` the window's size (columns and rows, two bytes each). All numbers are big-endian. Ends as the command
does, by the same signal where one ended it. Standard library only; Python 3.8 to 3.14.
"""

import errno
import fcntl
import os
import select
import signal
import struct
import sys
import termios

PIPE = os.path.join(".guild", "sortie", "terminal")
# Typed ahead of a command that doesn't read: past this the pipe fills, and whoever writes waits.
MOST_PENDING = 1 << 16
# How often a command's end is looked for while its children still hold the terminal. Seconds.
LOOK_S = 0.2


def main(argv):
    columns, rows = (int(number) for number in argv[0].split("x"))
    keys = make_pipe()
    master, slave = os.openpty()
    mode = termios.tcgetattr(slave)
    # Line ends are recorded as any run's are; the terminal that shows them makes its own of them.
    mode[1] &= ~termios.ONLCR
    termios.tcsetattr(slave, termios.TCSANOW, mode)
    resize(master, columns, rows)
    child = os.fork()
    if child == 0:
        become(slave, argv[1:])
    os.close(slave)
    os.set_blocking(master, False)
    status = Relay(master, keys, child).run()
    os.unlink(PIPE)
    end_as(status)


def make_pipe():
    if os.path.lexists(PIPE):
        os.unlink(PIPE)
    os.mkfifo(PIPE, 0o600)
    # For both, so that it never ends while writers come and go.
    return os.open(PIPE, os.O_RDWR | os.O_NONBLOCK)


def become(slave, command):
    try:
        os.setsid()
        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
        for number in range(3):
            os.dup2(slave, number)
        # What a shell starts in the background ignores these; here they are keys.
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        os.execvp(command[0], command)
    except OSError as error:
        os.write(2, ("sortie: cannot run %s: %s\n" % (command[0], error)).encode())
    os._exit(127)


def resize(master, columns, rows):
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


class Relay:
    def __init__(self, master, keys, child):
        self.master, self.keys, self.child = master, keys, child
        self.frames, self.pending = b"", b""

    def run(self):
        status = None
        while True:
            ready = self.wait()
            if self.keys in ready and len(self.pending) < MOST_PENDING:
                self.take(os.read(self.keys, 4096))
            if self.pending:
                self.type()
            shown = self.show() if self.master in ready else None
            if status is None:
                done, found = os.waitpid(self.child, os.WNOHANG)
                status = found if done else None
            # Its last words may still be on their way when it is gone.
            if status is not None and not shown:
                return status

    def wait(self):
        reading = [self.master] + ([self.keys] if len(self.pending) < MOST_PENDING else [])
        ready, writable, _ = select.select(reading, [self.master] if self.pending else [], [], LOOK_S)
        return ready

    def show(self):
        """Whether there was something to show."""
        try:
            data = os.read(self.master, 65536)
        except OSError as error:
            # The last holder of the terminal has closed it.
            if error.errno not in (errno.EIO, errno.EAGAIN):
                raise
            return False
        while data:
            data = data[os.write(1, data) :]
        return True

    def type(self):
        try:
            self.pending = self.pending[os.write(self.master, self.pending) :]
        except BlockingIOError:
            pass
        except OSError:
            self.pending = b""

    def take(self, data):
        self.frames += data
        while len(self.frames) >= 3:
            kind, length = self.frames[:1], struct.unpack(">H", self.frames[1:3])[0]
            body = self.frames[3 : 3 + length]
            if len(body) < length:
                return
            self.frames = self.frames[3 + length :]
            if kind == b"d":
                self.pending += body
            elif kind == b"w":
                resize(self.master, *struct.unpack(">HH", body))


def end_as(status):
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
    sys.exit(os.WEXITSTATUS(status))


if __name__ == "__main__":
    main(sys.argv[1:])

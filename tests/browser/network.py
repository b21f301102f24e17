# gst-prof
# Copyright (C) 2026 the gst-prof authors
#
# SPDX-License-Identifier: LGPL-2.1-or-later

"""A network of the test's own, with a loopback that loses packets on demand.

Nothing outside of the namespace is touched, and all of it is gone when the last
process in it ends. Takes root, or a kernel that gives user namespaces to all.
"""

import contextlib
import os
import re
import subprocess
import sys

TABLE = "gst_prof_test"
INSIDE = "GST_PROF_TEST_NETWORK"
# The second byte of RTCP, which SRTP leaves readable: 8 bytes of UDP before it
RTCP = "@th,72,8 200-207"


def enter():
    """Starts the program again in a network namespace, if it is not in one."""
    if os.environ.get(INSIDE):
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        return
    command = ["unshare", "--net"]
    if os.geteuid() != 0:
        command.append("--map-root-user")
    os.environ[INSIDE] = "1"
    os.execvp(command[0], [*command, "--", sys.executable, *sys.argv])


def udp_ports(pid):
    """The local UDP ports of a process."""
    inodes = set()
    for name in os.listdir("/proc/%d/fd" % pid):
        with contextlib.suppress(FileNotFoundError):
            match = re.match(r"socket:\[(\d+)\]",
                             os.readlink("/proc/%d/fd/%s" % (pid, name)))
            if match:
                inodes.add(match[1])
    with open("/proc/%d/net/udp" % pid) as file:
        rows = [line.split() for line in file][1:]
    return sorted({int(row[1].rpartition(":")[2], 16)
                   for row in rows if row[9] in inodes})


@contextlib.contextmanager
def dropping(*rules):
    """What comes in and fits one of the rules is dropped, as long as this
    lasts. Every rule counts."""
    text = "table inet %s {\n chain input {\n  " \
        "type filter hook input priority 0;\n" % TABLE
    text += "".join("  %s counter drop\n" % rule for rule in rules)
    text += " }\n}\n"
    subprocess.run(["nft", "-f", "-"], input=text, text=True, check=True)
    try:
        yield
    finally:
        subprocess.run(["nft", "delete", "table", "inet", TABLE], check=True)


def to(ports):
    return "udp dport { %s }" % ", ".join(map(str, ports))


def of(ports):
    return "udp sport { %s }" % ", ".join(map(str, ports))

"""What lines read by default, kept so that all readers of a node move to another in one step."""


class Readers:
    """Ports stand for names: a line holds the port that it reads, and a port can lead to another.

    `of` gives the port on which a name is read from now on. After `insert` or `remove` those who
    read a name before are led on, and `resolve` finds what they read in the end.
    """

    def __init__(self) -> None:
        self.names: list[str | None] = []
        self.led: dict[int, int] = {}
        self.ports: dict[str | None, int] = {}
        self.removed: dict[str, int] = {}

    def of(self, name: str | None) -> int:
        """The port on which `name` is read; None is the first input of the scope."""
        port = self.ports.get(name)
        if port is None:
            port = self.ports[name] = len(self.names)
            self.names.append(name)
        return port

    def insert(self, old: str, new: str) -> None:
        """Who reads `old` reads `new`; who asks for `old` from now on reads `old` itself."""
        self.led[self.of(old)] = self.of(new)
        del self.ports[old]

    def remove(self, name: str, source: int) -> None:
        """Who reads `name`, now or later, reads `source`."""
        self.led[self.of(name)] = self.removed[name] = source

    def resolve(self, port: int) -> str | None:
        """The name that is read on a port; None also where removed nodes read each other."""
        trail: set[int] = set()
        while port not in trail:
            trail.add(port)
            name = self.names[port]
            node = (name or "").partition(".")[0]
            onward = self.led.get(port, self.removed.get(node))
            if onward is None:
                self.led.update(dict.fromkeys(trail - {port}, port))
                return name
            port = onward
        return None

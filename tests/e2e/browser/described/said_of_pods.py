"""Where the drawer of a pod, or of what makes pods, says what kubectl describes."""

from __future__ import annotations

import re

from tests.e2e.browser.described.describing import LeftOut, Place, Said, always, fact, section, words

COMMON: Said = {
    "Name": LeftOut("it is the drawer's title"),
    "Namespace": LeftOut("it stands above the title"),
    "Labels": fact("Labels", means=lambda said: [word.removesuffix("=") for word in words(said)]),
    "Annotations": fact("Annotations"),
    "CreationTimestamp": fact("Age", means=always("s")),
    "Created on": fact("Age", means=always("s")),
    "Events": section("Latest events"),
    "Conditions*": section("Conditions", means=lambda said: words(re.sub(_TIMES, "", said))),
    "Controlled By": fact("Owned by", means=lambda said: said.split("/")),
}
_TIMES = re.compile(r"\w{3}, \d\d \w{3} \d{4} [\d:]+ \+0000")


def _probe(said: str) -> list[str]:
    """What probes have by default, and say nothing by, is not repeated."""
    how, _, rest = said.partition(" delay=")
    told = words(how.replace("tcp-socket", "tcp").replace("[", "").replace("]", ""))
    figures = dict(re.findall(r"(\w+)=(\d+)", f"delay={rest}"))
    if figures["delay"] != "0":
        told.append(f"after {figures['delay']} s")
    told += [
        f"every {figures['period']} s",
        f"within {figures['timeout']} s",
        f"fails after {figures['failureThreshold']}",
    ]
    return told + ([f"passes after {figures['successThreshold']}"] if figures["successThreshold"] != "1" else [])


def _ports(said: str) -> list[str]:
    return [] if said.startswith("0/") else words(said)


def _mount(said: str) -> list[str]:
    told = words(said.replace("rw", "").replace('path="', " ").replace('"', ""))
    return ["read-only" if word == "ro" else word for word in told]


_OPTIONAL = re.compile(r"Optional: +false")


def _variable(said: str) -> list[str]:
    said = re.sub(r"<set to the key '(.*?)' (?:in secret|of config map) '(.*?)'>", r"\1 \2", said)
    said = re.sub(r"\(v1:(.*?)\)", r"\1", said)
    said = re.sub(r"^\d+ \((limits\.\w+)\)", r"\1", said)
    return words(re.sub(_OPTIONAL, "", said).replace("Optional: true", "optional"))


def _sources(said: str) -> list[str]:
    return words(re.sub(_OPTIONAL, "", said).replace("with prefix", "").replace("'", " "))


def containers(place: Place, under: str) -> Said:
    """Of the card of each container. `under`: the label above them."""

    def here(means: Place) -> Place:
        return Place(place.facts, place.sections, means.means)

    plain, one = place, f"{under}/*"
    return {
        under: plain,
        f"{one}/Container ID": LeftOut("the runtime's own name; YAML has it"),
        f"{one}/Image": plain,
        f"{one}/Image ID": here(Place(means=lambda said: [said.rpartition("@")[2]] if "@" in said else [])),
        f"{one}/Port*": plain,
        f"{one}/Host Port*": here(Place(means=_ports)),
        f"{one}/Command": plain,
        f"{one}/Args": plain,
        f"{one}/State/Started": here(Place(means=lambda said: [])),
        f"{one}/State/Finished": here(Place(means=lambda said: [])),
        f"{one}/Last State/Started": LeftOut("how long it ran is told after its end, where both are known"),
        f"{one}/Last State/Finished": here(Place(means=always("ago"))),
        f"{one}/State/Exit Code": here(Place(means=lambda said: [f"exit {said}"])),
        f"{one}/Last State/Exit Code": here(Place(means=lambda said: [f"exit {said}"])),
        f"{one}/State/Reason": plain,
        f"{one}/Last State/Reason": plain,
        f"{one}/State": here(Place(means=lambda said: [said] if said == "Running" else [])),
        f"{one}/Last State": here(Place(means=always("Before"))),
        f"{one}/Ready": LeftOut("its glyph says so"),
        f"{one}/Restart Count": here(Place(means=lambda said: [] if said == "0" else [f"{said} restart"])),
        f"{one}/Limits/*": plain,
        f"{one}/Requests/*": plain,
        f"{one}/Liveness": here(Place(means=_probe)),
        f"{one}/Readiness": here(Place(means=_probe)),
        f"{one}/Startup": here(Place(means=_probe)),
        f"{one}/Environment Variables from": here(Place(means=_sources)),
        f"{one}/Environment": here(Place(means=_variable)),
        f"{one}/Environment/*": here(Place(means=_variable)),
        f"{one}/Mounts": here(Place(means=_mount)),
        f"{one}/Devices": plain,
        one: plain,
    }


def _volume(said: str) -> list[str]:
    """The type without kubectl's sentence about it; what holds by default is not said."""
    kind = re.sub(r" +\(.*\)$", "", said)
    return [{"EphemeralVolume": "Ephemeral", "LocalVolume": "local"}.get(kind, kind)]


def _if_true(word: str) -> Place:
    return section("Volumes", means=lambda said: [word] if said == "true" else [])


VOLUMES: Said = {
    "Volumes/*/Type": section("Volumes", means=_volume),
    "Volumes/*/ReadOnly": _if_true("read-only"),
    "Volumes/*/Optional": _if_true("optional"),
    "Volumes/*/TokenExpirationSeconds": section("Volumes", means=lambda said: [f"{said} s"]),
    "Volumes/all/DownwardAPI": section("Volumes", means=always("metadata.labels as labels")),
    "Volumes/*/VolumeMode": LeftOut("of a claim that is not made yet; YAML has it"),
    "Volumes/*/Items": section("Volumes", means=lambda said: words(said.replace("->", "as"))),
    "Volumes/*/VolumeAttributes": section("Volumes", means=lambda said: words(said.replace("=", " "))),
    "Volumes*": section("Volumes"),
}


def tolerations(said: str) -> list[str]:
    return [word for word in words(said.replace("300s", "300")) if not word.startswith("op=")]


SCHEDULING: Said = {
    "Node-Selector*": section("Scheduling"),
    "Tolerations": section("Scheduling", means=tolerations),
    "Topology Spread Constraints": section(
        "Scheduling", means=lambda said: [w for w in words(said) if "=" in w or w in ("zone", "1")]
    ),
}

PODS: Said = {
    **COMMON,
    "Priority": fact("Priority"),
    "Priority Class Name": fact("Priority"),
    "Runtime Class Name": fact("Runtime class"),
    "Service Account": fact("Service account"),
    "Node": fact("Node", "Host IP", means=lambda said: words(said.replace("/", " "))),
    "Start Time": fact("Started", means=always("ago")),
    "Status": fact("Status", "Phase", means=lambda said: words(said.partition(" (")[0])),
    "Reason": fact("Reason"),
    "Message": fact("Message"),
    "Termination Grace Period": fact("Grace period", means=lambda said: [said.replace("s", " s")]),
    "SeccompProfile": fact("Security"),
    "IP": fact("IP"),
    "IPs*": fact("IP", "Pod IPs"),
    **containers(section("Containers"), "Init Containers"),
    **containers(section("Containers"), "Containers"),
    "Readiness Gates*": fact("Readiness gates"),
    **VOLUMES,
    "QoS Class": fact("QoS class"),
    **SCHEDULING,
}

_IN = section("Template", "Volumes", "Scheduling")


def _inside(said: Said, above: str) -> Said:
    return {f"{above}/{label}": place for label, place in said.items()}


TEMPLATE: Said = {
    "Pod Template/Labels": fact("Labels"),
    "Pod Template/Annotations": section("Template", means=lambda said: words(said.replace(": ", "="))),
    "Pod Template/Service Account": section("Template"),
    "Pod Template/Priority Class Name": section("Template"),
    **_inside(containers(section("Template"), "Init Containers"), "Pod Template"),
    **_inside(containers(section("Template"), "Containers"), "Pod Template"),
    **_inside(VOLUMES, "Pod Template"),
    **_inside(SCHEDULING, "Pod Template"),
    "Pod Template": _IN,
}

#!/usr/bin/env python3
"""Prints a Markdown table of the specs in junit reports of `rig e2e` (RIG_REPORT): name, outcome, seconds.

  conformance.py REPORT.xml...
"""
import re
import sys
import xml.etree.ElementTree as ET

specs = {}
for path in sys.argv[1:]:
    for case in ET.parse(path).iter('testcase'):
        name = case.get('name')
        if case.find('skipped') is not None or not name.startswith('[It] '):
            continue
        failed = case.find('failure') is not None or case.find('error') is not None
        name = re.sub(r' \[(Conformance|NodeConformance|LinuxOnly|Feature:[^]]*|Disruptive|Slow)\]', '', name[len('[It] '):])
        specs[name] = ('**failed**' if failed else 'passed', float(case.get('time')))

print('| Spec | Outcome | Seconds |')
print('|---|---|---|')
for name in sorted(specs):
    outcome, seconds = specs[name]
    print('| %s | %s | %.0f |' % (name.replace('|', '\\|'), outcome, seconds))
passed = sum(outcome == 'passed' for outcome, _ in specs.values())
print('\n%d passed, %d failed; %.0f s of specs' % (passed, len(specs) - passed, sum(seconds for _, seconds in specs.values())))

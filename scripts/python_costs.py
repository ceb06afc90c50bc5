"""What the Python package costs: a cold build, the wheel, an import, and the ten lines of docs/python.md (make bench-install).

    python3 python_costs.py ROOT      # in an environment that has the package, scikit-learn and pip

The build starts from nothing but downloaded sources: in a target directory of its own. On a machine that has other work, processor
seconds say more than those of the clock."""
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CORES, BUILD_SECONDS, IMPORT_SECONDS, WHEEL_MB, TEN_LINES_SECONDS = 2, 180, 0.1, 15, 20


def timed(args, **options):
    """Seconds by the clock and of the processor that a command and its children take."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(args, capture_output=True, text=True, **options)
    seconds, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, args))}:\n{done.stdout}{done.stderr}")
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def said(what, measured, goal, held):
    print(f"{what:<28}{measured:<44}{goal:<16}{'met' if held else 'missed'}")
    return held


def ten_lines(root):
    """The script under its heading in the documentation."""
    section = (root / "docs" / "python.md").read_text(encoding="utf-8").split("## Ten lines")[1]
    return section.split("```python\n")[1].split("```")[0]


def main():
    root = Path(sys.argv[1]).resolve()
    held = []
    with tempfile.TemporaryDirectory() as work:
        environment = dict(os.environ, CARGO_TARGET_DIR=str(Path(work, "target")))
        args = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps", "-w", work, str(root / "python")]
        clock, processor, _ = timed(args, env=environment)
        wheel = next(Path(work).glob("gainstage-*.whl")).stat().st_size / 1e6
        cores = f"<= {BUILD_SECONDS} s on {CORES} cores"
        figures = f"{clock:.0f} s, {processor:.0f} s of the processor"
        held.append(said("cold build", figures, cores, min(clock, processor / CORES) <= BUILD_SECONDS))
        held.append(said("wheel", f"{wheel:.1f} MB", f"<= {WHEEL_MB} MB", wheel <= WHEEL_MB))
        code = "import time; t = time.perf_counter(); import gainstage; print(time.perf_counter() - t)"
        best = min(float(timed([sys.executable, "-c", code], cwd=work)[2]) for _ in range(5))
        held.append(said("import gainstage", f"{best:.3f} s", f"<= {IMPORT_SECONDS} s", best <= IMPORT_SECONDS))
        script = Path(work, "ten.py")
        script.write_text(ten_lines(root), encoding="utf-8")
        clock, processor, printed = timed([sys.executable, str(script)], cwd=work)
        proven = printed.strip() == "True"
        figures = f"{clock:.1f} s, {processor:.1f} s of the processor, {'proven' if proven else 'not proven'}"
        held.append(said("the ten lines", figures, f"<= {TEN_LINES_SECONDS} s", proven and clock <= TEN_LINES_SECONDS))
    sys.exit(0 if all(held) else 1)


main()

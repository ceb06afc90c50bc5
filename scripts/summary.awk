# Adds up the results of all test programs of one `cargo test -- --show-output` into a single line.
#
# A test that passes but prints a line starting with `skipped` counts as skipped, as ignored tests do.
# A run that failed without a failing test (it did not build, or a test program died) counts as one failure.

/^successes:$/ { passing = 1 }
/^failures:$/ { passing = 0 }
/^---- .* stdout ----$/ { counted = 0 }
passing && !counted && /^skipped/ { skipped++; passed--; counted = 1 }

/^test result: / {
    passing = 0
    passed += $4
    failed += $6
    skipped += $8
}

END {
    if (status != 0 && failed == 0) failed = 1
    printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
}

# Stands in for Vivado: every command that the scripts may use, with the options it has. Each checks its files and
# options, and says what it did. A command that is not here is an error of Tcl itself.
proc fail {text} { puts stderr $text; exit 1 }
proc said {args} { puts [join $args " "] }

# Checks options: flags take nothing, values take one argument. Gives what is left over.
proc options {command arguments flags values} {
    set rest {}
    for {set i 0} {$i < [llength $arguments]} {incr i} {
        set a [lindex $arguments $i]
        if {[lsearch -exact $flags $a] >= 0} { continue }
        if {[lsearch -exact $values $a] >= 0} { incr i; if {$i >= [llength $arguments]} { fail "$command: $a needs a value" }; continue }
        if {[string match -* $a]} { fail "$command has no option $a" }
        lappend rest $a
    }
    return $rest
}
proc one_file {command arguments} {
    if {[llength $arguments] != 1} { fail "$command: one file, not {$arguments}" }
    set file [lindex $arguments 0]
    if {![file isfile $file]} { fail "$command: there is no file $file" }
    return $file
}
proc may_write {command arguments} {
    set at [lsearch -exact $arguments -file]
    if {$at < 0} { fail "$command: no -file" }
    set file [lindex $arguments [expr {$at + 1}]]
    if {![file isdirectory [file dirname $file]]} { fail "$command: no directory for $file" }
    said $command [file tail $file]
}
# The module must be in one of the files that were read.
set sources {}
proc has_module {command top} {
    foreach file $::sources {
        set f [open $file]; set text [read $f]; close $f
        if {[regexp "\nmodule $top\\M" $text]} { return }
    }
    fail "$command: no module $top was read"
}
# Every port that is named must be one of the top module's.
proc check_xdc {file} {
    set f [open $file]; set text [read $f]; close $f
    set ports {}
    foreach source $::sources {
        set f [open $source]; set verilog [read $f]; close $f
        if {[regexp {\nmodule \w+_board} $verilog]} {
            foreach {all name} [regexp -all -inline {(?:input|output) wire (\w+)} $verilog] { lappend ports $name }
        }
    }
    foreach {all name} [regexp -all -inline {get_ports (\w+)} $text] {
        if {[lsearch -exact $ports $name] < 0} { fail "$file: there is no port $name in {$ports}" }
    }
    foreach name $ports { if {![string match "*PACKAGE_PIN*get_ports $name\]*" $text]} { fail "$file: port $name has no pin" } }
}

proc read_verilog {args} { lappend ::sources [one_file read_verilog [options read_verilog $args {-sv} {-library}]]; said read_verilog }
proc read_mem {args} { one_file read_mem [options read_mem $args {} {}]; said read_mem }
proc read_xdc {args} { check_xdc [one_file read_xdc [options read_xdc $args {-unmanaged} {-ref}]]; said read_xdc }
proc synth_design {args} {
    options synth_design $args {} {-top -part -flatten_hierarchy -directive}
    array set o $args
    has_module synth_design $o(-top)
    if {![regexp {^xc7[as][0-9]+t?i?[a-z]+[0-9]+-[12]L?$} $o(-part)]} { fail "synth_design: no part $o(-part)" }
    said synth_design $o(-top) $o(-part)
}
foreach step {opt_design place_design phys_opt_design route_design} {
    proc $step {args} "options $step \$args {} {-directive}; said $step"
}
proc report_utilization {args} { options report_utilization $args {-hierarchical} {-file}; may_write report_utilization $args }
proc report_timing_summary {args} { options report_timing_summary $args {} {-file}; may_write report_timing_summary $args }
proc report_drc {args} { options report_drc $args {} {-file}; may_write report_drc $args }
proc get_timing_paths {args} { options get_timing_paths $args {-setup -hold} {-max_paths -nworst}; return path }
proc get_property {args} {
    if {$args ne {SLACK path}} { fail "get_property: {$args}" }
    return $::env(SLACK)
}
proc write_bitstream {args} {
    set file [options write_bitstream $args {-force -bin_file} {}]
    if {![file isdirectory [file dirname $file]]} { fail "write_bitstream: no directory for $file" }
    said write_bitstream [file tail $file]
}
proc create_project {args} {
    if {[llength [options create_project $args {-force -in_memory} {-part}]] != 2} { fail "create_project: name and directory" }
    said create_project
}
proc add_files {args} {
    set file [one_file add_files [options add_files $args {-norecurse} {-fileset}]]
    if {[file extension $file] eq ".v"} { lappend ::sources $file }
    said add_files
}
proc current_fileset {} { return sources_1 }
proc update_compile_order {args} { options update_compile_order $args {} {-fileset} }
proc set_property {name value object} {
    if {[lsearch -exact {top name display_name version} $name] < 0} { fail "set_property: no property $name" }
    if {$name eq "top"} { has_module set_property $value }
    said set_property $name $object
}
namespace eval ipx {
    proc package_project {args} { options ipx::package_project $args {-import_files -force} {-root_dir -vendor -library -taxonomy}; said package_project }
    proc current_core {} { return core }
    proc infer_bus_interfaces {kind core} { if {$kind ne "xilinx.com:interface:axis_rtl:1.0"} { fail "no interface $kind" } }
    proc associate_bus_interfaces {args} {
        options ipx::associate_bus_interfaces $args {} {-busif -clock}
        array set o [lrange $args 0 3]
        # The interface has its signals, and the clock is a port.
        foreach port [list $o(-clock) $o(-busif)_tdata $o(-busif)_tvalid $o(-busif)_tready $o(-busif)_tlast] {
            set found 0
            foreach file $::sources {
                set f [open $file]; set text [read $f]; close $f
                if {[regexp "\nmodule \\w+_axis\\M" $text] && [regexp "put wire (\\\[\[0-9:\]+\\\] )?$port\\M" $text]} { set found 1 }
            }
            if {!$found} { fail "associate_bus_interfaces: no port $port" }
        }
        said associate_bus_interfaces $o(-busif)
    }
    foreach step {create_xgui_files update_checksums check_integrity save_core} { proc $step {core} "said $step" }
}
proc close_project {} { said close_project }

source [lindex $argv 0]

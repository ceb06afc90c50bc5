use super::*;

fn why(name: &str) -> String {
    check_name(name).expect_err(name).to_string()
}

#[test]
fn words_of_every_language_are_refused_and_named() {
    let words = "soft strong weak cross context bind before until expect alias dist restrict foreach always_ff assume unique0 \
                 wildcard nettype clk rst x0 y0 x17 in_valid in_ready out_valid stdint limits wire module signal label \
                 entity double template namespace aux com1 work std_logic s_axis_tdata uart_tx xpm_memory gainstage_add";
    for word in words.split_whitespace() {
        let text = why(word);
        assert!(text.contains(&format!("{word:?}")) && text.contains("; try "), "{text}");
        let better = free_name(word);
        assert_eq!(check_name(&better), Ok(()), "{word} -> {better}");
        // VHDL and some file systems do not tell capitals.
        assert!(check_name(&word.to_uppercase()).is_err(), "{word}");
    }
    assert_eq!(
        why("soft"),
        "\"soft\" cannot name a circuit: Verilog or SystemVerilog reserves the word; try \"soft_net\""
    );
    assert_eq!(
        why("Limits"),
        "\"Limits\" cannot name a circuit: C has an include file limits.h; try \"limits_net\""
    );
    assert_eq!(why("x0"), "\"x0\" cannot name a circuit: a port of circuits is called so; try \"x0_net\"");
}

#[test]
fn twins_that_differ_in_capitals_cannot_be() {
    assert_eq!(check_name("net"), Ok(()));
    assert!(why("Net").ends_with("do not tell capitals; try \"net\""), "{}", why("Net"));
    assert_eq!(free_name("Net"), "net_net");
}

#[test]
fn a_design_is_not_called_like_a_module_of_another() {
    for (name, whole) in [
        ("net_layer0", "net"),
        ("net_layer12_neuron3", "net"),
        ("a_b_table0_sigmoid", "a_b"),
        ("net_engine1", "net"),
        ("net_axis", "net"),
        ("net_board", "net"),
        ("net_gainstage_stream", "net"),
        ("net_square_s8f4_s8f4", "net"),
    ] {
        let text = why(name);
        assert!(text.contains(&format!("a circuit called {whole:?} has a module of that name")), "{text}");
        assert_eq!(check_name(&free_name(name)), Ok(()), "{name} -> {}", free_name(name));
    }
    for name in [
        "net_layers",
        "table_sigmoid_s16f12_s16f15",
        "board_net",
        "axis_x",
        "square_root",
        "net5",
        "x_y",
        "xy0",
    ] {
        assert_eq!(check_name(name), Ok(()), "{name}");
    }
}

#[test]
fn shapes_that_tools_change_are_refused() {
    let long = "x".repeat(MAX_NAME + 1);
    for name in ["", "1a", "_a", "a__b", "a_", "a-b", "a b", "é", "a;b", &long] {
        assert!(matches!(check_name(name), Err(NameError::Shape { .. })), "{name}");
    }
    assert_eq!(check_name(&"x".repeat(MAX_NAME)), Ok(()));
}

#[test]
fn every_word_of_every_list_is_refused_and_has_a_way_out() {
    let lists = LISTS.iter().map(|(_, words)| *words).chain([HEADERS]);
    for word in lists.flat_map(str::split_ascii_whitespace) {
        assert_eq!(word, word.to_ascii_lowercase(), "compared in small letters");
        assert!(check_name(word).is_err(), "{word}");
        assert_eq!(check_name(&free_name(word)), Ok(()), "{word} -> {}", free_name(word));
    }
}

#[test]
fn names_of_files_become_names_of_designs() {
    for (text, name) in [
        ("Trained_5", "trained_5"),
        ("my  net-2 (new)", "my_net_2_new"),
        ("5", "net_5"),
        ("Module", "module_net"),
        ("", "net"),
        ("éé__é", "net"),
    ] {
        assert_eq!(name_from(text), name);
        assert_eq!(check_name(name), Ok(()), "{text}");
    }
}

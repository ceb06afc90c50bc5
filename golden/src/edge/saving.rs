//! The look-up tables that a circuit saves without an edge.

use super::price::{arguments, sum, words};
use super::{Circuit, Edge, Sum};
use std::collections::{HashMap, HashSet};

/// An edge: layer, source, sum.
pub type Place = (usize, usize, usize);

/// What each edge of a simplified circuit saves. The biases of its sum are left out: they lie in tables.
pub fn savings(circuit: &Circuit) -> HashMap<Place, usize> {
    let own = tables(circuit);
    let mut all = HashMap::new();
    for (l, layer) in circuit.layers.iter().enumerate() {
        for (j, whole) in layer.sums.iter().enumerate() {
            for edge in &whole.edges {
                let place = (l, edge.source, j);
                let mut saved = own[&place] + adders(whole, edge);
                if readers(circuit, l, edge.source).count() == 1 {
                    saved += source(circuit, &own, l, edge.source);
                }
                if whole.edges.len() == 1 && l + 1 < circuit.layers.len() {
                    // What reads a constant is one.
                    let behind = readers(circuit, l + 1, j).map(|k| own[&(l + 1, j, k)]);
                    saved += behind.sum::<usize>();
                }
                all.insert(place, saved);
            }
        }
    }
    all
}

/// The look-up tables that only this function has, of all that read its source.
fn tables(circuit: &Circuit) -> HashMap<Place, usize> {
    let (mut contents, mut users) = (HashMap::new(), HashMap::new());
    for (l, (layer, bits)) in circuit.layers.iter().zip(arguments(circuit)).enumerate() {
        for (j, e) in layer.sums.iter().enumerate().flat_map(|(j, s)| s.edges.iter().map(move |e| (j, e))) {
            let (words, multiplexers) = words(&e.values, bits[e.source]);
            let words: HashSet<u64> = words.into_iter().collect();
            words.iter().for_each(|&w| *users.entry((l, e.source, w)).or_insert(0) += 1);
            contents.insert((l, e.source, j), (words, multiplexers));
        }
    }
    let alone = |(place, (words, multiplexers)): (Place, (HashSet<u64>, usize))| {
        let (l, source, _) = place;
        (place, multiplexers + words.into_iter().filter(|&w| users[&(l, source, w)] == 1).count())
    };
    contents.into_iter().map(alone).collect()
}

/// The sums of layer `l` that read a source.
fn readers(circuit: &Circuit, l: usize, source: usize) -> impl Iterator<Item = usize> {
    let sums = circuit.layers[l].sums.iter().enumerate();
    sums.filter(move |(_, s)| s.edges.iter().any(|e| e.source == source)).map(|(j, _)| j)
}

/// The adders of a sum that its edge is the reason for.
fn adders(whole: &Sum, edge: &Edge) -> usize {
    let mut rest = whole.clone();
    rest.edges.retain(|e| e.source != edge.source);
    sum(whole).saturating_sub(sum(&rest))
}

/// All of what only feeds a source of layer `l`.
fn source(circuit: &Circuit, own: &HashMap<Place, usize>, l: usize, source: usize) -> usize {
    match l.checked_sub(1) {
        None => circuit.ports[source].price(),
        Some(before) => {
            let hidden = &circuit.layers[before].sums[source];
            let tables = hidden.edges.iter().map(|e| own[&(before, e.source, source)]);
            sum(hidden) + tables.sum::<usize>()
        }
    }
}

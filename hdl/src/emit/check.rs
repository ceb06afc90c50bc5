//! Drivers and widths of a netlist: what rust-hdl does not see in a custom body.

use super::netlist::{Kind, Netlist};
use std::collections::HashMap;

/// Every name once, every net but inputs driven exactly once and at its width, everything read exists.
pub(super) fn check(n: &Netlist) -> Result<(), String> {
    let mut drivers: HashMap<&str, u32> = HashMap::with_capacity(n.nets.len());
    let mut widths: HashMap<&str, u32> = HashMap::with_capacity(n.nets.len());
    for net in &n.nets {
        let outside = matches!(net.kind, Kind::Input | Kind::FromChild | Kind::FromBlock) as u32;
        if widths.insert(&net.name, net.width).is_some() {
            return Err(format!("the name {} is given twice", net.name));
        }
        drivers.insert(&net.name, outside);
    }
    for d in &n.drivers {
        let Some(&width) = widths.get(d.net.as_str()) else {
            return Err(format!("{} is driven but not declared", d.net));
        };
        if width != d.value.width {
            return Err(format!(
                "{} has {width} bits, its value {} has {}",
                d.net, d.value.text, d.value.width
            ));
        }
        *drivers.entry(&d.net).or_default() += 1;
    }
    if let Some(net) = n.nets.iter().find(|x| drivers[x.name.as_str()] != 1) {
        return Err(format!("{} has {} drivers", net.name, drivers[net.name.as_str()]));
    }
    match n.read.keys().find(|name| !widths.contains_key(name.as_str())) {
        Some(name) => Err(format!("{name} is read but not declared")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::netlist;
    use super::check;
    use crate::device::{Family, Target};
    use crate::expr::Graph;
    use crate::module::Module;

    fn sample() -> Module {
        let mut g = Graph::new();
        let (a, b) = (g.input_range("a", 0, 9), g.input_range("b", -3, 9));
        let y = g.mul(a, b);
        g.output_range("y", y);
        Module::new("m", "", g, &Target::new(Family::Generic))
    }

    #[test]
    fn each_fault_is_found() {
        let m = sample();
        assert_eq!(check(&netlist::build(&m)), Ok(()));
        let fault = |spoil: fn(&mut netlist::Netlist)| {
            let mut n = netlist::build(&m);
            spoil(&mut n);
            check(&n).expect_err("a spoiled netlist passed")
        };
        assert!(fault(|n| drop(n.drivers.pop())).contains("has 0 drivers"));
        assert!(fault(|n| n.drivers.push(n.drivers[0].clone())).contains("has 2 drivers"));
        assert!(fault(|n| n.drivers[0].value.width += 1).contains("bits, its value"));
        assert!(fault(|n| n.nets.push(n.nets[0].clone())).contains("is given twice"));
        assert!(fault(|n| drop(n.nets.pop())).contains("not declared"));
        assert!(
            fault(|n| n.read.extend([("z".to_owned(), vec![true])])).contains("z is read but not declared")
        );
    }
}

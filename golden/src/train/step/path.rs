//! The choice of the instruction set, made once at run time.

use super::lanes::{Lane, Pack};
use pulp::{Scalar, Simd, WithSimd};
use std::marker::PhantomData;

#[cfg(target_arch = "x86_64")]
use pulp::x86::{V3, V4};

/// An instruction set that training can run on.
#[derive(Clone, Copy, Debug)]
pub(in crate::train) enum Path {
    /// 512-bit registers.
    #[cfg(target_arch = "x86_64")]
    Avx512(V4),
    /// 256-bit registers with fused multiply-add.
    #[cfg(target_arch = "x86_64")]
    Avx2(V3),
    /// 128-bit registers.
    #[cfg(target_arch = "aarch64")]
    Neon(pulp::aarch64::Neon),
    /// One number at a time, on any machine.
    Scalar,
}

impl Path {
    /// All paths this machine has, the fastest first.
    pub fn available() -> Vec<Path> {
        let mut paths = Vec::new();
        #[cfg(target_arch = "x86_64")]
        {
            paths.extend(V4::try_new().map(Path::Avx512));
            paths.extend(V3::try_new().map(Path::Avx2));
        }
        #[cfg(target_arch = "aarch64")]
        paths.extend(pulp::aarch64::Neon::try_new().map(Path::Neon));
        paths.push(Path::Scalar);
        paths
    }

    /// The fastest path of this machine.
    pub fn best() -> Path {
        Path::available()[0]
    }

    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            #[cfg(target_arch = "x86_64")]
            Path::Avx512(_) => "avx512",
            #[cfg(target_arch = "x86_64")]
            Path::Avx2(_) => "avx2+fma",
            #[cfg(target_arch = "aarch64")]
            Path::Neon(_) => "neon",
            Path::Scalar => "scalar",
        }
    }

    /// Numbers of a register.
    pub fn lanes<T: Lane>(self) -> usize {
        /// Asks an instruction set for its lanes.
        struct Lanes<T>(PhantomData<T>);
        impl<T: Lane> WithSimd for Lanes<T> {
            type Output = usize;
            fn with_simd<S: Simd>(self, _: S) -> usize {
                Pack::<T, S>::LANES
            }
        }
        self.run(Lanes::<T>(PhantomData))
    }

    /// Runs `op`, compiled for this path.
    pub fn run<Op: WithSimd>(self, op: Op) -> Op::Output {
        match self {
            #[cfg(target_arch = "x86_64")]
            Path::Avx512(simd) => Simd::vectorize(simd, op),
            #[cfg(target_arch = "x86_64")]
            Path::Avx2(simd) => Simd::vectorize(simd, op),
            #[cfg(target_arch = "aarch64")]
            Path::Neon(simd) => Simd::vectorize(simd, op),
            Path::Scalar => Simd::vectorize(Scalar, op),
        }
    }
}

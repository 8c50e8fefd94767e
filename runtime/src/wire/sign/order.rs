//! Parameters in the order in which they are signed: by the bytes of their names.
//!
//! Comparing the names themselves took longer than anything else of a signature but the digest. So each name's first bytes are
//! compared as one number, and where two names begin alike, everything is sorted once more in the plain way.

/// How many bits of a key say where its parameter stood.
const PLACE: u32 = 8;

/// Sorts by name. The value takes part in the order, so that equal names cannot make the signature depend on the order they came in.
pub(super) fn by_name(parameters: &mut [(&str, &str)]) {
    if parameters.len() > 1 << PLACE {
        return parameters.sort_unstable();
    }
    let mut keys: Vec<u128> = parameters.iter().zip(0..).map(|((name, _), place)| first_bytes(name) | place).collect();
    keys.sort_unstable();
    let unsorted = parameters.to_vec();
    let mut before = None;
    let mut alike = false;
    for (parameter, key) in parameters.iter_mut().zip(keys) {
        *parameter = unsorted[(key as u8) as usize];
        alike |= before.replace(key >> PLACE) == Some(key >> PLACE);
    }
    if alike {
        parameters.sort_unstable();
    }
}

/// The first fifteen bytes of a name as a number that sorts as they do, above the bits of the place. A shorter name ends in zeros.
fn first_bytes(name: &str) -> u128 {
    let name = name.as_bytes();
    let number = match (name.first_chunk(), name.first_chunk(), name.last_chunk()) {
        (Some(first), ..) => u128::from_be_bytes(*first),
        // Two halves that overlap: what they share is cut off the second.
        (_, Some(first), Some(last)) => {
            let rest = u128::from(u64::from_be_bytes(*last)) << (8 * (16 - name.len()));
            u128::from(u64::from_be_bytes(*first)) << 64 | u128::from(rest as u64)
        }
        _ => name.iter().zip((0..16).rev()).fold(0, |number, (byte, place)| number | u128::from(*byte) << (8 * place)),
    };
    number >> PLACE << PLACE
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Names of few letters, so that many begin alike, are equal, or differ in length and zeros only.
        #[test]
        fn it_is_the_order_of_names_and_values(pairs in prop::collection::vec(("[ab\0好]{0,20}", "[ab]{0,2}"), 0..300)) {
            let mut parameters: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (&**name, &**value)).collect();
            let mut expected = parameters.clone();
            expected.sort();
            by_name(&mut parameters);
            prop_assert_eq!(parameters, expected);
        }

        #[test]
        fn different_names_sort_by_their_first_bytes(names in prop::collection::hash_set("[a-c_\0]{0,17}", 0..20)) {
            let mut parameters: Vec<(&str, &str)> = names.iter().map(|name| (&**name, "")).collect();
            let mut expected = parameters.clone();
            expected.sort();
            by_name(&mut parameters);
            prop_assert_eq!(parameters, expected);
        }
    }
}

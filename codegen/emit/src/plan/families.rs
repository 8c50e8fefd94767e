//! Which feature turns on which category.
//!
//! Up to [`MOST`] categories, each has a feature of its own, `api-<category>`. Past that, categories whose names begin alike share one, a
//! family: the registry allows 300 features per crate, and the crate has others. The rule:
//!
//! 1. The names are compared as features write them (`a-z0-9-`). The length `n` is the greatest for which the categories have at most [`MOST`] different
//!    first `n` letters.
//! 2. Categories with the same first `n` letters are a family; its feature is `api-` and all the letters they have in common. A category that shares them
//!    with none keeps its own feature.
//!
//! So the fewest categories are merged that a common `n` allows, and module paths never change. A family named like one of its categories takes that
//! category's feature over: whoever had it turned on still has the category.

use std::collections::{BTreeMap, BTreeSet};

use opentop_model::rust_names::Feature;

/// The most features for categories.
pub(super) const MOST: usize = 250;

/// The feature of every category, by its name.
pub(super) fn features<'a>(names: impl Iterator<Item = &'a str>) -> BTreeMap<&'a str, Feature> {
    let own: BTreeMap<&str, Feature> = names.map(|name| (name, Feature::of_category(name))).collect();
    let words: BTreeSet<&str> = own.values().map(Feature::category).collect();
    if words.len() <= MOST {
        return own;
    }
    let longest = words.iter().map(|word| word.len()).max().unwrap_or(0);
    let count = |letters: usize| words.iter().map(|word| beginning(word, letters)).collect::<BTreeSet<_>>().len();
    // Fewer letters never tell more names apart, so the greatest length that does is found by halving.
    let (mut fits, mut over) = (0, longest);
    while over - fits > 1 {
        let half = fits.midpoint(over);
        if count(half) <= MOST { fits = half } else { over = half }
    }
    let mut families: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for word in &words {
        families.entry(beginning(word, fits)).or_default().push(word);
    }
    let feature = |feature: &Feature| {
        let family = &families[beginning(feature.category(), fits)];
        Feature::of_category(shared(family))
    };
    own.iter().map(|(name, own)| (*name, feature(own))).collect()
}

/// The first letters of a word; all of a short one. Features are ASCII.
fn beginning(word: &str, letters: usize) -> &str {
    word.get(..letters).unwrap_or(word)
}

/// What sorted words have in common at their beginnings: what the first and the last have.
fn shared<'a>(words: &[&'a str]) -> &'a str {
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return "" };
    let same = first.bytes().zip(last.bytes()).take_while(|(a, b)| a == b).count();
    &first[..same]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn features_of(names: &[String]) -> BTreeMap<&str, Feature> {
        features(names.iter().map(String::as_str))
    }

    fn distinct(features: &BTreeMap<&str, Feature>) -> usize {
        features.values().collect::<BTreeSet<_>>().len()
    }

    /// As many words of two letters as asked for.
    fn words(count: usize) -> Vec<String> {
        let letter = |at: usize| char::from(b'a' + u8::try_from(at % 26).unwrap());
        (0..count).map(|at| format!("{}{}", letter(at / 26), letter(at))).collect()
    }

    #[test]
    fn up_to_250_categories_each_has_its_own_feature() {
        let names = words(250);
        for (name, feature) in features_of(&names) {
            assert_eq!(feature.as_str(), format!("api-{name}"));
        }
    }

    #[test]
    fn past_250_only_names_that_begin_alike_are_merged() {
        let mut names = words(249);
        names.extend(["zz-health", "zz-health2", "zz-healthcrm", "zz-heat"].map(str::to_owned));
        let features = features_of(&names);
        for name in ["zz-health", "zz-health2", "zz-healthcrm", "zz-heat"] {
            assert_eq!(features[name].as_str(), "api-zz-hea");
        }
        assert!(names[..249].iter().all(|name| features[name.as_str()].as_str() == format!("api-{name}")));
        assert_eq!(distinct(&features), 250);
    }

    #[test]
    fn a_family_takes_over_the_feature_of_the_category_that_its_others_begin_with() {
        let mut names = words(249);
        names.extend(["zz-health", "zz-health2", "zz-healthcrm"].map(str::to_owned));
        assert_eq!(features_of(&names)["zz-healthcrm"].as_str(), "api-zz-health");
        assert_eq!(features_of(&names)["zz-health"].as_str(), "api-zz-health");
    }

    #[test]
    fn numbered_names_and_thousands_of_categories_stay_below_the_bound() {
        for count in [251_usize, 320, 1_000, 5_000] {
            let names: Vec<String> = (0..count).map(|at| format!("category{at:04}")).collect();
            let features = features_of(&names);
            assert_eq!(features.len(), count);
            assert!(distinct(&features) <= MOST, "{count}: {}", distinct(&features));
        }
    }

    #[test]
    fn no_two_families_have_one_feature_and_the_order_of_names_changes_nothing() {
        let mut names = words(240);
        names.extend((0..60).map(|at| format!("long-{}", "x".repeat(at))));
        let features = features_of(&names);
        let mut by_feature: BTreeMap<&Feature, Vec<&str>> = BTreeMap::new();
        features.iter().for_each(|(name, feature)| by_feature.entry(feature).or_default().push(name));
        for (feature, members) in &by_feature {
            assert!(members.iter().all(|name| name.starts_with(feature.category())), "{feature}: {members:?}");
        }
        let forward = features.clone();
        let mut reversed = names.clone();
        reversed.reverse();
        assert_eq!(features_of(&reversed), forward);
    }
}

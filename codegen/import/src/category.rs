//! Decides which category a method belongs to.
//!
//! In this order: `--category`, the folder's `category.json`, the title in the breadcrumb, the spec that already describes the
//! method. Nothing is guessed. A new category also gets its title.

use std::collections::BTreeMap;

use super::context::Context;
use super::described::{Described, Refusal};
use super::json;
use opentop_model::diagnostic::{Code, SourceFile};
use opentop_model::names;
use opentop_model::text::shown;

/// Names of files that describe a folder's category.
const FILES: [&str; 2] = ["category.json", "catelog.json"];

/// What `category.json` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Folder {
    pub(super) name: String,
    pub(super) title: String,
}

/// A category and, where it is known, its title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chosen {
    pub(super) name: String,
    pub(super) title: Option<String>,
}

/// Folders of the run that describe their category, by path.
pub(super) fn folders(inputs: &[SourceFile]) -> BTreeMap<&str, Folder> {
    inputs
        .iter()
        .filter(|input| is_category_file(&input.path))
        .filter_map(|input| Some((folder_of(&input.path), folder(&input.text)?)))
        .collect()
}

/// Whether an input describes a folder rather than a method.
pub(super) fn is_category_file(path: &str) -> bool {
    FILES.contains(&path.rsplit('/').next().unwrap_or(path))
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn folder(text: &str) -> Option<Folder> {
    let value = json::strict(text.trim_start_matches('\u{feff}')).ok()?;
    let word = |key: &str| {
        value.get(key).and_then(json::Value::text).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    };
    let name = word("pkg")?;
    let title = word("name").map(|title| title.trim_end_matches(TAIL).to_owned()).filter(|title| !title.is_empty());
    Some(Folder { title: title.unwrap_or_else(|| name.clone()), name: clean(&name) })
}

/// The vendor's name of a category as a folder's: lower case, `_` for what is neither letter nor digit.
fn clean(name: &str) -> String {
    let mut name: String = name
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() || letter == '-' { letter.to_ascii_lowercase() } else { '_' })
        .collect();
    if !name.starts_with(|first: char| first.is_ascii_lowercase()) {
        name.insert(0, 'c');
    }
    if names::category(&name).is_some() {
        name.push('_');
    }
    name
}

/// Decides.
pub(super) fn choose(
    input: &SourceFile,
    described: &Described,
    context: &Context,
    folders: &BTreeMap<&str, Folder>,
) -> Result<Chosen, Refusal> {
    let title = described.breadcrumb.as_ref().map(|(title, _)| title.clone());
    let chosen = if let Some(name) = &context.category {
        Chosen { name: name.clone(), title }
    } else if let Some(folder) = folders.get(folder_of(&input.path)) {
        Chosen { name: folder.name.clone(), title: Some(folder.title.clone()) }
    } else {
        by_title(input, described, context)?
    };
    match names::category(&chosen.name) {
        None => Ok(chosen),
        Some((wrong, _)) => {
            let message = format!("{} cannot be a category: it {wrong}", shown(&chosen.name));
            let help = "choose another name with `--category NAME`: lower-case letters, digits, `_` and `-`, beginning with a letter";
            Err(Refusal::new(Code::UnknownCategory, described.at, message, "this method", help))
        }
    }
}

fn by_title(input: &SourceFile, described: &Described, context: &Context) -> Result<Chosen, Refusal> {
    let file = format!("{}.yaml", described.method);
    let existing = || {
        context
            .existing
            .iter()
            .find_map(|spec| Some(spec.path.strip_suffix(&file)?.strip_suffix('/')?.rsplit('/').next()?.to_owned()))
    };
    let Some((title, at)) = &described.breadcrumb else {
        if let Some(name) = existing() {
            return Ok(Chosen { name, title: None });
        }
        let help = "name the category with `--category NAME`, or put the line `文档中心 > API类目 > TITLE` above the page's title";
        return Err(Refusal::new(
            Code::UnknownCategory,
            described.at,
            "nothing says which category the method belongs to",
            "no breadcrumb above it",
            help,
        ));
    };
    let wanted = normal(title);
    let mut names: Vec<&str> =
        context.categories.iter().filter(|(known, _)| normal(known) == wanted).map(|(_, name)| name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let folder = folder_of(&input.path).rsplit('/').next().unwrap_or("");
    match names.as_slice() {
        [name] => Ok(Chosen { name: (*name).to_owned(), title: Some(title.clone()) }),
        [] => match existing() {
            Some(name) => Ok(Chosen { name, title: None }),
            None => {
                let message = format!("no category has the title {}", shown(title));
                let help = format!(
                    "write `title: {title}` into `NAME/category.yaml` of the spec folder, or add the title to the `vendor_titles` of its \
                     category, or import with `--category NAME`"
                );
                Err(Refusal::new(Code::UnknownCategory, *at, message, "this breadcrumb", help))
            }
        },
        several if several.contains(&folder) => Ok(Chosen { name: folder.to_owned(), title: Some(title.clone()) }),
        several => {
            let message = format!(
                "several categories have the title {}: {}",
                shown(title),
                opentop_model::text::listed(several.iter().copied())
            );
            Err(Refusal::new(
                Code::UnknownCategory,
                *at,
                message,
                "this breadcrumb",
                "choose one with `--category NAME`",
            ))
        }
    }
}

/// What a breadcrumb leaves behind a title.
const TAIL: [char; 5] = [',', '，', '、', ' ', ';'];

/// A title as titles are compared: full-width letters and signs as plain ones, without blanks.
fn normal(title: &str) -> String {
    let narrow = |letter: char| match u32::from(letter) {
        code @ 0xff01..=0xff5e => char::from_u32(code - 0xfee0).unwrap_or(letter),
        _ => letter,
    };
    title
        .trim_end_matches(TAIL)
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .map(narrow)
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{clean, normal};

    #[test]
    fn titles_are_compared_without_width_and_blanks() {
        assert_eq!(normal("示例API（新）"), normal("示例 api(新)"));
        assert_eq!(normal("淘宝商品API"), normal("淘宝商品API,"));
    }

    #[test]
    fn the_vendors_name_of_a_folder_becomes_a_safe_one() {
        for (name, safe) in
            [("alsc", "alsc"), ("Gift.API 2", "gift_api_2"), ("2go", "c2go"), ("con", "con_"), ("礼品", "c__")]
        {
            assert_eq!(clean(name), safe);
        }
    }
}

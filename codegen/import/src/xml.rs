//! Restores XML samples that a dump has pressed onto one line, with line numbers, and with blanks inside tags.
//!
//! A sample whose tags are intact stays unchanged.

use super::shape::Shapes;

pub(super) fn tidy(text: &str) -> String {
    let pressed = text.contains("< /")
        || text.contains("</ ")
        || text.match_indices("< ").any(|(at, _)| text[at + 2..].starts_with(|next: char| next.is_ascii_alphabetic()));
    if !pressed {
        return text.to_owned();
    }
    let (shapes, root) = Shapes::from_xml(text);
    let mut out = String::with_capacity(text.len());
    for &child in &shapes.nodes[root].children {
        write(&shapes, child, 0, &mut out);
    }
    out
}

fn write(shapes: &Shapes, id: usize, indent: usize, out: &mut String) {
    let node = &shapes.nodes[id];
    let pad = " ".repeat(indent);
    if node.children.is_empty() {
        let text = node.text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        out.push_str(&format!("{pad}<{0}>{text}</{0}>\n", node.name));
        return;
    }
    out.push_str(&format!("{pad}<{}>\n", node.name));
    for &child in &node.children {
        write(shapes, child, indent + 4, out);
    }
    out.push_str(&format!("{pad}</{}>\n", node.name));
}

#[cfg(test)]
mod tests {
    use super::tidy;

    #[test]
    fn a_sample_pressed_onto_one_line_is_unfolded() {
        assert_eq!(tidy("1 < r > 2 < a > x&amp;y </ a > 3 </ r >\n"), "<r>\n    <a>x&amp;y</a>\n</r>\n");
        assert_eq!(tidy("<r>\n  <a>1 < 2</a>\n</r>\n"), "<r>\n  <a>1 < 2</a>\n</r>\n");
    }
}

//! Questions to the person at the terminal, and their editor.

use std::io::{self, BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use crate::edge::Error;
use crate::edge::console::Questions;

/// Whether there is someone to ask: standard input and standard error are a terminal.
pub fn is_interactive() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks through a pair of streams. Every answer is `None` when the input ends: then nothing is to be done.
#[derive(Debug)]
pub struct Asker<R, W> {
    input: R,
    output: W,
}

/// The asker of this process's terminal.
pub fn asker() -> Asker<io::StdinLock<'static>, Questions> {
    Asker { input: io::stdin().lock(), output: Questions }
}

impl<R: BufRead, W: Write> Asker<R, W> {
    /// Asks through these streams.
    pub fn new(input: R, output: W) -> Self {
        Self { input, output }
    }

    /// Asks for a line until one fits; `read` says why one does not.
    pub fn ask<T>(
        &mut self,
        question: &str,
        mut read: impl FnMut(&str) -> Result<T, String>,
    ) -> io::Result<Option<T>> {
        loop {
            self.show(&format!("{question} "))?;
            let mut line = String::new();
            if self.input.read_line(&mut line)? == 0 {
                writeln!(self.output)?;
                return Ok(None);
            }
            match read(line.trim()) {
                Ok(answer) => return Ok(Some(answer)),
                Err(why) => self.show(&format!("{why}\n"))?,
            }
        }
    }

    /// Asks for one of these by its number, from 1.
    pub fn choose(&mut self, question: &str, choices: &[String]) -> io::Result<Option<usize>> {
        for (place, choice) in choices.iter().enumerate() {
            self.show(&format!("{:>3}  {choice}\n", place + 1))?;
        }
        let count = choices.len();
        let read = |line: &str| match line.parse::<usize>() {
            Ok(number) if (1..=count).contains(&number) => Ok(number - 1),
            _ => Err(format!("a number from 1 to {count}, please")),
        };
        self.ask(question, read)
    }

    fn show(&mut self, text: &str) -> io::Result<()> {
        self.output.write_all(text.as_bytes())?;
        self.output.flush()
    }

    /// Asks for lines up to a blank one.
    pub fn ask_lines(&mut self, question: &str) -> io::Result<Option<String>> {
        self.show(&format!("{question} (a blank line ends it)\n"))?;
        let mut text = String::new();
        loop {
            let start = text.len();
            if self.input.read_line(&mut text)? == 0 {
                return Ok((start > 0).then_some(text));
            }
            if text[start..].trim().is_empty() {
                text.truncate(start);
                return Ok(Some(text));
            }
        }
    }
}

/// The text after its author's editor was closed, and the file it is kept in.
#[derive(Debug)]
pub struct Edited {
    /// The text that the editor left.
    pub text: String,
    /// Where it is until [`Edited::discard`].
    pub kept: PathBuf,
}

impl Edited {
    /// Removes the file.
    pub fn discard(self) {
        let _ = fs::remove_file(self.kept);
    }
}

/// Opens a text in `$VISUAL` or `$EDITOR`; `name` is the file's name there.
///
/// # Errors
/// When neither is set, the editor fails, or its file cannot be written or read.
pub fn edit(text: &str, name: &str) -> Result<Edited, Error> {
    let chosen = ["VISUAL", "EDITOR"].into_iter().filter_map(|name| env::var(name).ok());
    let editor = chosen.into_iter().find(|editor| !editor.trim().is_empty()).ok_or_else(|| {
        Error::when("edit", Path::new(name))(io::Error::other("neither $VISUAL nor $EDITOR is set"))
    })?;
    let kept = env::temp_dir().join(format!("allclear-{}-{name}", std::process::id()));
    write_private(&kept, text).map_err(Error::when("write", &kept))?;
    // The variable may hold arguments, which the shell takes apart, as git has it do.
    let status =
        Command::new("sh").arg("-c").arg(format!("{editor} \"$@\"")).arg(&editor).arg(&kept).status();
    match status {
        Ok(status) if status.success() => {}
        Ok(status) => {
            let cause = io::Error::other(format!("`{editor}` ended with {status}"));
            return Err(Error::when("edit", &kept)(cause));
        }
        Err(cause) => return Err(Error::when("run the editor on", &kept)(cause)),
    }
    let text = fs::read_to_string(&kept).map_err(Error::when("read", &kept))?;
    Ok(Edited { text, kept })
}

/// Writes a file that only its owner can read: a report that is not public yet, in a folder that all share.
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let _ = fs::remove_file(path);
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::Asker;

    fn with<T>(input: &str, ask: impl FnOnce(&mut Asker<&[u8], &mut Vec<u8>>) -> T) -> (T, String) {
        let mut output = Vec::new();
        let answer = ask(&mut Asker::new(input.as_bytes(), &mut output));
        (answer, String::from_utf8(output).unwrap())
    }

    #[test]
    fn a_choice_is_asked_for_until_it_is_one() {
        let choices = ["API".to_owned(), "Web".to_owned()];
        let (answer, shown) = with("x\n0\n3\n 2 \n", |asker| asker.choose("Which?", &choices).unwrap());
        assert_eq!(answer, Some(1));
        let again = "a number from 1 to 2, please\nWhich? ";
        assert_eq!(shown, format!("  1  API\n  2  Web\nWhich? {}", again.repeat(3)));
    }

    #[test]
    fn the_end_of_the_input_is_no_answer() {
        assert_eq!(with("", |asker| asker.choose("Which?", &["API".to_owned()]).unwrap()).0, None);
        assert_eq!(with("", |asker| asker.ask_lines("What?").unwrap()).0, None);
    }

    #[test]
    fn lines_end_at_a_blank_one() {
        let (answer, shown) = with("a\nb\n\nc\n", |asker| asker.ask_lines("What?").unwrap());
        assert_eq!(answer.as_deref(), Some("a\nb\n"));
        assert_eq!(shown, "What? (a blank line ends it)\n");
        assert_eq!(with("a", |asker| asker.ask_lines("What?").unwrap()).0.as_deref(), Some("a"));
        assert_eq!(with("\n", |asker| asker.ask_lines("What?").unwrap()).0.as_deref(), Some(""));
    }
}

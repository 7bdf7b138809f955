//! Where a server keeps its things: the folder of its secrets, and the books, in that folder or in a database. Opens neither.

use std::path::{Path, PathBuf};

use clap::Args;
use seatkeeper_protocol::Secret;

use crate::failure::WrongWords;

/// Where the data folder is unless told otherwise: in the working folder, where one sees it.
pub(crate) const DATA: &str = "seatkeeper-data";

/// Where a server keeps its things.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Place {
    /// The folder of the secrets and of the local socket.
    pub(crate) data: PathBuf,
    /// Where the books are.
    pub(crate) books: BooksAt,
}

/// Where the books are.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum BooksAt {
    /// In the data folder, for one server alone.
    Folder,
    /// In a database that servers share. Its address holds a password.
    Database(Secret),
}

impl BooksAt {
    /// Reads what `database` is set to. What is wrong is told without repeating it.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        match text {
            "sqlite" => Ok(Self::Folder),
            url if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
                Ok(Self::Database(Secret::new(url)))
            }
            _ => Err("is neither `sqlite`, for books in the data folder, nor an address such as \
                      postgres://USER:PASSWORD@HOST:5432/NAME"
                .to_owned()),
        }
    }
}

/// Where the things of a server on this machine are.
#[derive(Debug, Clone, Args)]
pub(crate) struct PlaceArgs {
    /// Data folder of the server; also SEATKEEPER_DATA [default: seatkeeper-data]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Where its books are, if not in that folder: postgres://…; also SEATKEEPER_DATABASE, where no list of processes shows it
    #[arg(long, value_name = "URL", value_parser = unread)]
    database: Option<Secret>,
}

impl PlaceArgs {
    /// The place that was named.
    ///
    /// # Errors
    /// If the database is none.
    pub(crate) fn place(&self) -> Result<Place, WrongWords> {
        let variable = std::env::var_os("SEATKEEPER_DATA").filter(|data| !data.is_empty()).map(PathBuf::from);
        let data = self.data.clone().or(variable).unwrap_or_else(|| DATA.into());
        Place::at(&data, self.database.as_ref())
    }
}

impl Place {
    /// This folder, with the books where a flag or SEATKEEPER_DATABASE says.
    ///
    /// # Errors
    /// If that is no place for books.
    pub(crate) fn at(data: &Path, database: Option<&Secret>) -> Result<Self, WrongWords> {
        let variable = || std::env::var("SEATKEEPER_DATABASE").ok().filter(|url| !url.is_empty()).map(Secret::new);
        let books = match database.cloned().or_else(variable) {
            None => BooksAt::Folder,
            Some(text) => BooksAt::parse(text.expose()).map_err(|wrong| WrongWords(format!("the database {wrong}")))?,
        };
        Ok(Self { data: data.to_owned(), books })
    }
}

/// Takes an address as it is: clap would repeat a wrong one, with its password.
pub(crate) fn unread(text: &str) -> Result<Secret, std::convert::Infallible> {
    Ok(Secret::new(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn books_are_in_the_folder_or_in_a_database_and_a_password_is_not_shown() {
        assert_eq!(BooksAt::parse("sqlite"), Ok(BooksAt::Folder));
        let database = BooksAt::parse("postgres://keeper:hush@a,b/seats").unwrap();
        assert!(!format!("{database:?}").contains("hush"));
        for wrong in ["postgress://keeper:hush@a/seats", "mysql://keeper:hush@a/seats", ""] {
            assert!(!BooksAt::parse(wrong).unwrap_err().contains("hush"));
        }
    }
}

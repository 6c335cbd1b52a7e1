//! What a person says an invoice bills: `3:2:45.00`, `delivery:12.50`.

use std::str::FromStr;

use super::BillingRefusal;
use crate::domain::money::{Pence, parse_price};
use crate::domain::reference::{LineRef, OrderRef};
use crate::domain::words::Nature;

/// The most of one line that an invoice may name.
const MOST: i64 = 10_000;

/// A line to bill, how many of it, and at which price for all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    order: Option<OrderRef>,
    line: i64,
    /// All that is left where absent.
    pub qty: Option<i64>,
    /// As ordered where absent.
    pub net: Option<Pence>,
}

/// Why a text does not say what to bill.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WantedError {
    #[error("'{0}' is no line to bill; write 3 or O12/3, 3:2 for two of it, 3:2:45.00 for two at £45.00 together")]
    NotWanted(String),
    #[error("'{0}' is no cost to bill; write its nature and its price before VAT: delivery:12.50")]
    NotExtra(String),
}

impl Wanted {
    /// The line meant, of this order.
    pub fn line_of(&self, order: OrderRef) -> Result<LineRef, BillingRefusal> {
        let line = LineRef { order: self.order.unwrap_or(order), line: self.line };
        if line.order == order { Ok(line) } else { Err(BillingRefusal::OtherOrder { line, order }) }
    }
}

impl FromStr for Wanted {
    type Err = WantedError;

    fn from_str(text: &str) -> Result<Wanted, WantedError> {
        let no = || WantedError::NotWanted(text.to_string());
        let mut parts = text.trim().splitn(3, ':');
        let line = parts.next().unwrap_or_default();
        let (order, line) = match line.parse::<LineRef>() {
            Ok(line) => (Some(line.order), line.line),
            Err(_) => (None, whole(line).ok_or_else(no)?),
        };
        let given = |part: Option<&str>| part.map(str::trim).filter(|part| !part.is_empty()).map(str::to_string);
        let qty = given(parts.next()).map(|qty| whole(&qty).filter(|qty| *qty <= MOST).ok_or_else(no)).transpose()?;
        let net = given(parts.next()).map(|net| parse_price(&net).map_err(|_| no())).transpose()?;
        Ok(Wanted { order, line, qty, net })
    }
}

/// A whole number above nought, in plain digits.
fn whole(text: &str) -> Option<i64> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten().filter(|number: &i64| *number > 0)
}

/// A cost on an invoice that nobody ordered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extra {
    pub nature: Nature,
    pub net: Pence,
}

impl FromStr for Extra {
    type Err = WantedError;

    fn from_str(text: &str) -> Result<Extra, WantedError> {
        let no = || WantedError::NotExtra(text.to_string());
        let (nature, net) = text.split_once(':').ok_or_else(no)?;
        let nature = nature.parse().map_err(|_| no())?;
        let net = parse_price(net).ok().filter(|net| *net > Pence::ZERO).ok_or_else(no)?;
        Ok(Extra { nature, net })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_invoice_bills_is_read() {
        let order = Some(OrderRef::new(12));
        for (text, order, line, qty, net) in [
            ("3", None, 3, None, None),
            ("o12/3", order, 3, None, None),
            ("3:2", None, 3, Some(2), None),
            ("O12/3:2:45", order, 3, Some(2), Some(4_500)),
            ("3::45.00", None, 3, None, Some(4_500)),
        ] {
            let net = net.map(Pence::new);
            assert_eq!(text.parse(), Ok(Wanted { order, line, qty, net }), "{text}");
        }
        for text in ["", "x", "0", "3:0", "3:-1", "3:2:-5", "3:2:1.005", "3:10001", "O12", "3:2:4:5", "+3"] {
            assert_eq!(text.parse::<Wanted>(), Err(WantedError::NotWanted(text.into())), "{text}");
        }
    }

    #[test]
    fn a_line_of_another_order_is_refused() {
        let wanted: Wanted = "O13/1".parse().expect("a line");
        let (line, order) = (LineRef { order: OrderRef::new(13), line: 1 }, OrderRef::new(12));
        assert_eq!(wanted.line_of(order), Err(BillingRefusal::OtherOrder { line, order }));
        assert_eq!(wanted.line_of(OrderRef::new(13)), Ok(line));
    }

    #[test]
    fn an_extra_cost_has_a_nature_and_a_price() {
        let extra = Extra { nature: Nature::Delivery, net: Pence::new(1_250) };
        assert_eq!("Delivery:£12.50".parse(), Ok(extra));
        for text in ["delivery", "delivery:", "delivery:0", "delivery:-5", "carriage:5", ":5"] {
            assert_eq!(text.parse::<Extra>(), Err(WantedError::NotExtra(text.into())), "{text}");
        }
    }
}

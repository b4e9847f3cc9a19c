//! The lists of the record: categories of problems, remedies, findings, reasons.
//!
//! Requirements §2.5. Each has a name for commands and journal, and words for
//! the customer where the customer reads it.
//!
//! Invariant: names are unique within their list.

use crate::domain::message::Language;

/// Declares a closed list: variant, name, Persian words, English words.
macro_rules! list {
    ($(#[$doc:meta])* $type:ident, $count:literal: $($variant:ident $name:literal $fa:literal $en:literal;)*) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $type { $($variant),* }

        impl $type {
            pub const ALL: [$type; $count] = [$($type::$variant),*];

            pub fn name(self) -> &'static str {
                match self { $($type::$variant => $name),* }
            }

            pub fn from_name(name: &str) -> Option<$type> {
                $type::ALL.into_iter().find(|one| one.name() == name)
            }

            /// In words for people.
            pub fn title(self, language: Language) -> &'static str {
                match (self, language) {
                    $(($type::$variant, Language::Fa) => $fa, ($type::$variant, Language::En) => $en,)*
                }
            }

            /// All names, for a sentence that says what there is.
            pub fn names() -> String {
                $type::ALL.map(|one| one.name()).join(", ")
            }
        }
    };
}

list! {
    /// What went wrong.
    Category, 28:
    NotDelivered "not_delivered" "نرسیدن کالا" "not delivered";
    LateDelivery "late_delivery" "دیر رسیدن کالا" "late delivery";
    PartlyDelivered "partly_delivered" "ناقص رسیدن سفارش" "partly delivered";
    WrongItem "wrong_item" "کالای اشتباه" "wrong item";
    Defective "defective" "کالای معیوب یا آسیب‌دیده" "defective or damaged";
    NotAsDescribed "not_as_described" "مغایرت با توضیحات" "not as described";
    Counterfeit "counterfeit" "کالای تقلبی" "counterfeit";
    NotOrdered "not_ordered" "کالای سفارش‌نداده" "not ordered";
    GuaranteeRefused "guarantee_refused" "نپذیرفتن ضمانت" "guarantee refused";
    ReturnRefused "return_refused" "نپذیرفتن مرجوعی" "return refused";
    RefundLate "refund_late" "تأخیر در بازگشت وجه" "refund late or missing";
    PaidWithoutOrder "paid_without_order" "برداشت وجه بدون سفارش" "payment taken without order";
    ChargedTwice "charged_twice" "برداشت دوبارهٔ وجه" "charged twice";
    WrongPrice "wrong_price" "قیمت یا فاکتور نادرست" "wrong price or invoice";
    ExtraCharges "extra_charges" "هزینهٔ اضافی" "extra charges";
    DiscountRefused "discount_refused" "اعمال نشدن تخفیف" "discount not honoured";
    CancelledByShop "cancelled_by_shop" "لغو سفارش از سوی فروشگاه" "order cancelled by shop";
    WrongInformation "wrong_information" "اطلاعات نادرست یا ناقص" "wrong or missing information";
    MisleadingAdvertising "misleading_advertising" "تبلیغ گمراه‌کننده" "misleading advertising";
    PromiseNotKept "promise_not_kept" "عمل نشدن به وعده" "promise not kept";
    StaffConduct "staff_conduct" "رفتار کارکنان" "staff conduct";
    CourierConduct "courier_conduct" "رفتار پیک" "courier conduct";
    SiteFault "site_fault" "خطای سایت یا برنامه" "site or app fault";
    AccountSecurity "account_security" "حساب کاربری یا امنیت" "account or security";
    PersonalData "personal_data" "اطلاعات شخصی" "personal data";
    Safety "safety" "ایمنی یا سلامت" "safety or health";
    EarlierComplaint "earlier_complaint" "رسیدگی به شکایت قبلی" "handling of an earlier complaint";
    Other "other" "موضوع دیگر" "other";
}

list! {
    /// What is done about it.
    Remedy, 19:
    Deliver "deliver" "تحویل کالا" "we deliver it";
    Replace "replace" "تعویض کالا" "we replace it";
    Repair "repair" "تعمیر کالا" "we repair it";
    ReturnAccepted "return_accepted" "پذیرش مرجوعی" "we take it back";
    CancelOrder "cancel_order" "لغو سفارش" "we cancel the order";
    CorrectInvoice "correct_invoice" "لغو یا اصلاح فاکتور" "we cancel or correct the invoice";
    RefundFull "refund_full" "بازگشت کامل وجه" "full refund";
    RefundPartial "refund_partial" "بازگشت بخشی از وجه" "partial refund";
    RefundDifference "refund_difference" "بازگشت تفاوت قیمت" "refund of the price difference";
    ShippingRefunded "shipping_refunded" "بازگشت هزینهٔ ارسال" "shipping refunded";
    Credit "credit" "تخفیف یا اعتبار خرید" "discount or credit";
    GuaranteeHonoured "guarantee_honoured" "اجرای ضمانت" "the guarantee is honoured";
    Information "information" "توضیح و راهنمایی" "an explanation";
    Apology "apology" "پوزش" "an apology";
    CorrectData "correct_data" "اصلاح اطلاعات" "we correct the data";
    DeleteData "delete_data" "حذف اطلاعات" "we delete the data";
    StaffMeasure "staff_measure" "اقدام داخلی" "an internal measure";
    Other "other" "اقدام دیگر" "another measure";
    None "none" "بدون اقدام" "nothing";
}

impl Remedy {
    /// Said is done, or somebody still has to do it and to prove it.
    pub fn needs_doing(self) -> bool {
        !matches!(self, Remedy::Information | Remedy::Apology | Remedy::None)
    }
}

list! {
    /// What the investigation found.
    Finding, 4:
    Upheld "upheld" "حق با شماست" "upheld";
    Partly "partly" "بخشی از شکایت وارد است" "partly upheld";
    NotUpheld "not_upheld" "شکایت پذیرفته نشد" "not upheld";
    NoFinding "no_finding" "نتیجه‌ای به دست نیامد" "no finding";
}

impl Finding {
    pub fn is_upheld(self) -> bool {
        matches!(self, Finding::Upheld | Finding::Partly)
    }
}

list! {
    /// Why something on file is no complaint at all.
    VoidReason, 3:
    Spam "spam" "هرزنامه" "spam";
    Test "test" "آزمایش" "a test";
    WrongAddress "wrong_address" "نشانی اشتباه" "meant for somebody else";
}

list! {
    Recurrence, 3:
    Single "single" "یک‌باره" "single";
    Recurring "recurring" "تکراری" "recurring";
    Systemic "systemic" "سیستمی" "systemic";
}

list! {
    /// How an outside body ends a case (ISO 10003).
    ExternalEnd, 3:
    Settlement "settlement" "سازش" "settlement";
    Recommendation "recommendation" "توصیه" "recommendation";
    Decision "decision" "رأی" "decision";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_lead_back_to_what_they_name() {
        for one in Category::ALL {
            assert_eq!(Category::from_name(one.name()), Some(one));
        }
        for one in Remedy::ALL {
            assert_eq!(Remedy::from_name(one.name()), Some(one));
        }
        let names: BTreeSet<&str> = Remedy::ALL.map(|one| one.name()).into();
        assert_eq!(names.len(), Remedy::ALL.len());
    }
}

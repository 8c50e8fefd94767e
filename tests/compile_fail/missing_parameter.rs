use opentop::api::alsc::alibaba_alsc_crm_recharge_dedut_update::{BizChannel, DedutOpenReq};

fn main() {
    let _ = DedutOpenReq::builder().request_id("k").outer_order_id("1").value(2000).biz_channel(BizChannel::CS).build();
}

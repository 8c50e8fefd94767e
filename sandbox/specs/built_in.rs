// The specifications that are built in: the path of each in the repository's folder `spec`, and its text.
&[
    ("alsc/category.yaml", include_str!("alsc/category.yaml")),
    (
        "alsc/alibaba.alsc.crm.recharge.accountflows.get.yaml",
        include_str!("alsc/alibaba.alsc.crm.recharge.accountflows.get.yaml"),
    ),
    (
        "alsc/alibaba.alsc.crm.recharge.dedut.update.yaml",
        include_str!("alsc/alibaba.alsc.crm.recharge.dedut.update.yaml"),
    ),
    ("bill/category.yaml", include_str!("bill/category.yaml")),
    ("bill/taobao.bill.book.bills.get.yaml", include_str!("bill/taobao.bill.book.bills.get.yaml")),
    ("wdk/category.yaml", include_str!("wdk/category.yaml")),
    ("wdk/alibaba.wdk.finance.order.backflow.yaml", include_str!("wdk/alibaba.wdk.finance.order.backflow.yaml")),
]

"""The headings that offices give to columns, by what the columns hold. The first is that of our example."""

from django.utils.translation import gettext_lazy as _

from .table_header import Column

MEMBER_COLUMNS = (
    Column(
        "number",
        _("member number"),
        ("党员编号", "党员号", "党员证号", "编号", "学号", "工号", "人员编号", "member number", "number"),
    ),
    Column("name", _("name of the person"), ("姓名", "党员姓名", "名字", "name")),
    Column(
        "phone",
        _("phone"),
        ("手机号码", "手机号", "手机", "移动电话", "联系电话", "电话", "联系方式", "电话号码", "phone"),
    ),
    Column(
        "organization",
        _("organization"),
        (
            "所在党支部", "所属党支部", "所在支部", "所属支部", "党支部", "支部", "党支部名称", "支部名称",
            "所在党组织", "所属党组织", "党组织", "党组织名称", "组织关系所在党支部", "党组织编码",
            "党组织代码", "支部编码", "支部代码", "organization", "branch",
        ),
    ),
    Column(
        "host_organization",
        _("host organization"),
        ("流入党组织", "流入地党组织", "流入党支部", "接收党组织", "流入支部", "host organization"),
    ),
    Column(
        "categories",
        _("member categories"),
        ("党员类型", "党员类别", "类型", "类别", "人员类别", "人员类型", "categories", "category"),
    ),
    Column(
        "born_on",
        _("date of birth"),
        ("出生日期", "出生年月", "出生年月日", "生日", "出生时间", "date of birth", "born"),
    ),
)  # fmt: skip

ORGANIZATION_COLUMNS = (
    Column(
        "code",
        _("code"),
        ("党组织代码", "党组织编码", "组织代码", "组织编码", "支部编码", "编码", "代码", "code"),
    ),
    Column(
        "name",
        _("name"),
        ("党组织名称", "党组织全称", "组织名称", "支部名称", "名称", "党组织", "党支部", "name"),
    ),
    Column("level", _("level"), ("级别", "层级", "组织类别", "党组织类别", "组织级别", "类别", "level")),
    Column(
        "parent",
        _("belongs to"),
        (
            "上级党组织", "上级党组织代码", "上级党组织编码", "上级党组织名称", "上级组织", "上级",
            "上级编码", "上级代码", "隶属", "所属党工委", "所属党委", "belongs to", "parent",
        ),
    ),
)  # fmt: skip

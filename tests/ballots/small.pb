META
key;value
description;An invented aul
country;Kazakhstan
unit;Қарағайлы
instance;2026
num_projects;5
num_votes;9
budget;1000000.50
vote_type;approval
rule;greedy
min_length;1
max_length;3
language;kk
PROJECTS
cost;project_id;name;votes;selected
400000;SU.1;Су құбыры;7;1
700000;SHATYR;"Мектеп шатыры; жаңа";5;0
300000;ZHOL;Жол жөндеу;4;1
300000;JARYQ;Көше жарығы;4;1
50000;BAQ;"«Достық» саябағы, ""орталық""";0;0
VOTES
vote;voter_id;age
SU.1,SHATYR,ZHOL;1;40
SU.1,ZHOL;2;
SU.1,JARYQ;3;33
SHATYR;4;71
SU.1,SHATYR,JARYQ;5;29
SU.1,ZHOL,ZHOL;6;51
SHATYR,JARYQ,SU.1;7;18
SU.1,SHATYR,ZHOL,JARYQ;8;60
;9;45

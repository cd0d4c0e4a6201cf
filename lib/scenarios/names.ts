/** Words that the seed draws from. None of them means anything to the product. */
export const GIVEN =
  'Amara Benoit Carla Dmitri Elif Farid Greta Haruto Ines Jonas Kavita Liam Mireille Nadia Oskar Priya Quentin Rosa Stefan Tomas Ulla Viktor Wanda Xenia Yusuf Zoe Anselm Birgit Celeste Davor Esther Fabio Gilda Henrik Ilse Jovan Katja Lorenzo Marta Niels Olga Paavo Renata Sander Tilda Ursula Vasco Wim'.split(
    ' ',
  );
export const FAMILY =
  'Abadi Berger Castillo Dahl Eriksen Fontaine Gallo Hartmann Ibrahim Jansen Kowalski Lindqvist Moreau Novak Okonkwo Petrov Quintana Rossi Schreiber Tanaka Ullman Varga Weiss Yilmaz Zeller Almeida Brandt Conti Duarte Engel Ferreira Graf Holm Iversen Janda Kaya Lund Marsh Nyberg Ostrov Pires Rask Silva Toth Urbina Vogel Wirth Zanetti'.split(
    ' ',
  );
export const COMPANIES =
  'halvorsen-energy meridian-foods northgate-logistics aldertree-insurance kestrel-mobility brightwater-health copperfield-retail oakline-media lakeshore-credit tidemark-shipping'.split(
    ' ',
  );
export const SERVICES =
  'billing catalog checkout claims fleet gateway identity inventory ledger notify orders partner payments portal pricing quotes reports search shipping tracking'.split(
    ' ',
  );
export const REGIONS = ['us-east-1', 'us-west-2', 'eu-west-1', 'eu-central-1', 'ap-southeast-2'];

/** What deploys infrastructure: the name its role carries, and its user agent. */
export const DEPLOY_TOOLS = [
  {
    word: 'terraform',
    agent:
      'APN/1.0 HashiCorp/1.0 Terraform/1.9.8 (+https://www.terraform.io) terraform-provider-aws/5.78.0 (+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go-v2/1.32.5 os/linux lang/go#1.23.3',
  },
  { word: 'pulumi', agent: 'APN/1.0 Pulumi/1.0 pulumi-aws/6.62.0 aws-sdk-go-v2/1.32.4 os/linux lang/go#1.23.2' },
  {
    word: 'cdk-deploy',
    agent: 'aws-sdk-js/3.699.0 ua/2.0 os/linux#6.5.0 lang/js md/nodejs#20.18.0 api/cloudformation',
  },
  { word: 'opentofu', agent: 'APN/1.0 OpenTofu/1.8.6 terraform-provider-aws/5.77.0 aws-sdk-go-v2/1.32.5 os/linux' },
  { word: 'spinnaker', agent: 'aws-sdk-java/1.12.767 Linux/5.15.0 OpenJDK_64-Bit_Server_VM/17.0.12 kotlin/1.9.24' },
  { word: 'ansible-runner', agent: 'Boto3/1.35.71 md/Botocore#1.35.71 ua/2.0 os/linux#6.1 lang/python#3.12.7' },
] as const;

export const CONSOLE_AGENT =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';
export const CLI_AGENT = 'aws-cli/2.22.5 md/awscrt#0.23.1 ua/2.0 os/linux#6.8.0 md/arch#x86_64 lang/python#3.12.6';
export const BOTO_AGENT = 'Boto3/1.35.66 md/Botocore#1.35.66 ua/2.0 os/linux#5.10 md/arch#x86_64 lang/python#3.11.10';
